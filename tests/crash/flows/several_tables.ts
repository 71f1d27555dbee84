/** One run that replaces one table and appends to another. */
import { check, defineFlow } from "@wap/core";
import { note } from "./diary.ts";

export default defineFlow({
  name: "several_tables",
  tables: [
    { from: "trips.csv", into: { namespace: "taxi", table: "trips", mode: "replace" }, checks: [check.notNull("id")] },
    { from: "zones.csv", into: { namespace: "taxi", table: "zones" }, checks: [check.unique("zone")] },
  ],
  onCommit: (context) => note("onCommit", context),
});
