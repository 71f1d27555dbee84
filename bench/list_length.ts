/**
 * `list` of 20 runs out of 100,000: the first call of a process that has just opened the store, and the whole command line.
 *
 * @module
 */
import { Engine, loadFlowFile, RunStore } from "@wap/core";
import { join } from "node:path";
import { doNothingFlow, doNothingInput, doNothingLakehouse } from "./do_nothing.ts";
import { compareWithBound, type Comparison, measure, runCommand, workspacePath } from "./measure.ts";

const RUNS = 100_000;
const BATCH = 1_000;
const ROUNDS = 15;
const BOUND_MS = 20;

/** Measures it. */
export async function benchListLength(): Promise<Comparison[]> {
  const home = await Deno.makeTempDir();
  try {
    await storeRuns(join(home, "wap.db"));
    const timings = await measure([
      { name: "list()", run: async () => Number(await runCommand(["run", "-A", workspacePath("bench/list_once.ts"), home])) },
      { name: "wap list", run: () => runCommand(["run", "-A", workspacePath("apps/cli/main.ts"), "list", "--home", home]) },
    ], { rounds: ROUNDS });
    return [compareWithBound("list of 20 runs out of 100,000", timings, { milliseconds: BOUND_MS })];
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function storeRuns(path: string): Promise<void> {
  using store = RunStore.open(path);
  const engine = new Engine({ store, lakehouse: doNothingLakehouse, loadFlow: loadFlowFile });
  const flow = doNothingFlow({ steps: 0 });
  for (let stored = 0; stored < RUNS; stored += BATCH) {
    await Promise.all(Array.from({ length: BATCH }, () => engine.submit(flow, doNothingInput())));
  }
}
