/** A run whose cancel is asked for while it is executed. */
import { check, defineFlow, RunStore, step } from "@wap/core";
import { join } from "node:path";
import { note } from "./diary.ts";

export default defineFlow({
  name: "cancelled",
  from: "trips.csv",
  into: { namespace: "taxi", table: "trips" },
  steps: [
    step("ask for cancel", async (context) => {
      note("ask for cancel", context);
      using store = RunStore.open(join(Deno.env.get("WAP_HOME")!, "wap.db"));
      await store.requestCancel(context.runId, { by: "ann", reason: "wrong month" });
    }, { onRollback: (context) => note("undo ask for cancel", context) }),
  ],
  checks: [check.notNull("id")],
  onRollback: (context) => note("onRollback", context),
  onCommit: (context) => note("onCommit", context),
});
