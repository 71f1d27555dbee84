/**
 * Runs on our engine and store, over a lakehouse that does nothing: `engine_runs.ts <store> <rhythm> <runs> <steps>`.
 *
 * @module
 */
import { Engine, RunStore } from "@wap/core";
import { doNothingFlow, DoNothingLakehouse } from "./do_nothing_lakehouse.ts";
import { printRunTime, type Rhythm } from "./run_timing.ts";

const [path, rhythm, runs, steps] = Deno.args as [string, Rhythm, string, string];
using store = RunStore.open(path);
const lakehouse = new DoNothingLakehouse();
const flow = doNothingFlow(Number(steps));
const engine = new Engine({ store, lakehouse: () => lakehouse, loadFlow: () => Promise.resolve(flow) });

async function runOnce(): Promise<void> {
  const { run } = await engine.submit(flow, { cwd: "/", lakehouse: lakehouse.kind, allowUnaudited: true });
  const { state } = await engine.execute(run.id);
  if (state !== "published") throw new Error(`Cannot measure run ${run.id}: it ended ${state}`);
}

await printRunTime(runOnce, { rhythm, runs: Number(runs) });
