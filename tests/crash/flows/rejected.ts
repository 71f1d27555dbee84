/** A run that its audit rejects, after two steps that can be undone. */
import { check, defineFlow, step } from "@wap/core";
import { note } from "./diary.ts";

export default defineFlow({
  name: "rejected",
  from: "trips.csv",
  into: { namespace: "taxi", table: "trips" },
  steps: [
    step("first", (context) => note("first", context), { onRollback: (context) => note("undo first", context) }),
    step("second", (context) => note("second", context), { onRollback: (context) => note("undo second", context) }),
  ],
  checks: [check.range("fare", { max: 5 })],
  onRollback: (context) => note("onRollback", context),
  onCommit: (context) => note("onCommit", context),
});
