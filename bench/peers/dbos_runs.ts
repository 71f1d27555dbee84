/**
 * Runs of seven do-nothing steps as DBOS workflows: `dbos_runs.ts <database url> <rhythm> <runs>`.
 *
 * @module
 */
import { DBOS } from "@dbos-inc/dbos-sdk";
import { printRunTime, type Rhythm } from "../run_timing.ts";
import { launchWorkflow } from "./dbos_workflow.ts";

const [url, rhythm, runs] = Deno.args as [string, Rhythm, string];
const workflow = await launchWorkflow(url);
await printRunTime(workflow, { rhythm, runs: Number(runs) });
await DBOS.shutdown();
