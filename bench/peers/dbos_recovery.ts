/**
 * A DBOS workflow that is killed, and its recovery: `dbos_recovery.ts <database url> <id> die` starts it and kills itself in the fourth of seven steps;
 * `dbos_recovery.ts <database url> <id> recover` lets DBOS recover it, prints something once the last step is done, and waits until that is stored.
 *
 * @module
 */
import { DBOS } from "@dbos-inc/dbos-sdk";
import { launchWorkflow } from "./dbos_workflow.ts";

const STEPS = 7;
const [url, workflowID, what] = Deno.args as [string, string, "die" | "recover"];

function doStep(step: number): Promise<number> {
  if (what === "die" && step === 4) Deno.kill(Deno.pid, "SIGKILL");
  if (what === "recover" && step === STEPS) console.log("recovered");
  return Promise.resolve(step);
}

const workflow = await launchWorkflow(url, { steps: STEPS, doStep });
if (what === "die") await DBOS.startWorkflow(workflow, { workflowID })();
await DBOS.retrieveWorkflow(workflowID).getResult();
await DBOS.shutdown();
