/**
 * Runs of do-nothing steps as DBOS workflows: `dbos_runs.ts <database url> <rhythm> <runs> <steps>`.
 *
 * @module
 */
import { DBOS } from "@dbos-inc/dbos-sdk";
import { printRunTime, type Rhythm } from "../run_timing.ts";
import { launchWorkflow } from "./dbos_workflow.ts";

const [url, rhythm, runs, steps] = Deno.args as [string, Rhythm, string, string];
const workflow = await launchWorkflow(url, { steps: Number(steps), doStep: (step) => Promise.resolve(step) });
await printRunTime(workflow, { rhythm, runs: Number(runs) });
await DBOS.shutdown();
