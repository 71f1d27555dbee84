/**
 * Runs on our engine and store, over a lakehouse that does nothing: `engine_runs.ts <store> <rhythm> <runs> <steps in code>`.
 *
 * @module
 */
import { Engine, RunStore } from "@wap/core";
import { doNothingFlow, doNothingInput, doNothingLakehouse } from "./do_nothing.ts";
import { printRunTime, type Rhythm } from "./run_timing.ts";

const [path, rhythm, runs, steps] = Deno.args as [string, Rhythm, string, string];
using store = RunStore.open(path);
const lakehouse = doNothingLakehouse();
const flow = doNothingFlow({ steps: Number(steps) });
const engine = new Engine({ store, lakehouse: () => lakehouse, loadFlow: () => Promise.resolve(flow) });

async function runOnce(): Promise<void> {
  const { id, state, context } = await engine.run(flow, doNothingInput());
  if (state !== "published") throw new Error(`Cannot measure run ${id}: it ended ${state}, ${context.failure?.error.message}`);
}

await printRunTime(runOnce, { rhythm, runs: Number(runs) });
