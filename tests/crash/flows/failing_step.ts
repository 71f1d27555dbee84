/** A run whose second step fails for good. */
import { check, defineFlow, step, TerminalError } from "@wap/core";
import { note } from "./diary.ts";

export default defineFlow({
  name: "failing_step",
  from: "trips.csv",
  into: { namespace: "taxi", table: "trips", mode: "replace" },
  steps: [
    step("first", (context) => note("first", context), { onRollback: (context) => note("undo first", context) }),
    step("second", (context) => {
      note("second", context);
      throw new TerminalError("Cannot book the trips: the books are closed", { code: "books_closed" });
    }, { onRollback: (context) => note("undo second", context) }),
    step("third", (context) => note("third", context), { onRollback: (context) => note("undo third", context) }),
  ],
  checks: [check.notNull("id")],
  onRollback: (context) => note("onRollback", context),
});
