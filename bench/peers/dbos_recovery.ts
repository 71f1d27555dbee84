/**
 * A DBOS workflow that is killed, and its recovery: `dbos_recovery.ts <database url> die` starts one and kills itself in the fourth of its seven steps;
 * `dbos_recovery.ts <database url> recover` has DBOS recover what was under way, and says so once the last step is done.
 *
 * @module
 */
import { launchWorkflow } from "./dbos_workflow.ts";

const [url, what] = Deno.args as [string, "die" | "recover"];
const workflow = await launchWorkflow(url, (step) => {
  if (what === "die" && step === 4) Deno.kill(Deno.pid, "SIGKILL");
  if (what === "recover" && step === 7) console.log("recovered");
  return Promise.resolve(step);
});
if (what === "die") await workflow();
