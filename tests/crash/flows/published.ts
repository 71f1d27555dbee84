/** A run that is published: two steps, the second of which writes, a check in code, and hooks on both ends. */
import { check, defineFlow, step } from "@wap/core";
import { note } from "./diary.ts";

const TRIPS = { namespace: "taxi", name: "trips" };

export default defineFlow({
  name: "published",
  from: "trips.csv",
  into: { namespace: "taxi", table: "trips" },
  steps: [
    step("announce", (context) => note("announce", context), { onRollback: (context) => note("undo announce", context) }),
    step("drop free rides", async (context) => {
      note("drop free rides", context);
      const { lakehouse, branch, signal } = context;
      await lakehouse.materialize({ branch, table: TRIPS, sql: "select * from taxi.trips where fare > 0", message: "Drop free rides", author: "flow", signal });
    }),
  ],
  checks: [
    check.notNull("id"),
    check.arrow(["fare"], async (batches) => {
      let failedRows = 0;
      for await (const batch of batches) for (const row of batch) if (row.fare <= 0) failedRows++;
      return { failedRows };
    }, { name: "no free rides" }),
  ],
  onRollback: (context) => note("onRollback", context),
  onCommit: (context) => note("onCommit", context),
});
