/** A run that waits for a person. */
import { check, defineFlow, step } from "@wap/core";
import { note } from "./diary.ts";

export default defineFlow({
  name: "approval",
  from: "trips.csv",
  into: { namespace: "taxi", table: "trips" },
  approval: "always",
  steps: [step("only", (context) => note("only", context), { onRollback: (context) => note("undo only", context) })],
  checks: [check.notNull("id")],
  onRollback: (context) => note("onRollback", context),
  onCommit: (context) => note("onCommit", context),
});
