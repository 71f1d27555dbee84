/**
 * `wap list` on an empty home, beside a script that only opens the store through Drizzle and selects. Whole processes, from spawn to exit.
 *
 * @module
 */
import { join } from "node:path";
import { RunStore } from "@wap/core/store";
import { compare, type Comparison, measure, runCommand, workspacePath } from "./measure.ts";

/** Measures it. */
export async function benchListStartup(): Promise<Comparison[]> {
  const home = await Deno.makeTempDir();
  try {
    const store = join(home, "wap.db");
    RunStore.open(store)[Symbol.dispose]();
    const timings = await measure([
      { name: "wap list", run: () => runCommand(["run", "-A", workspacePath("apps/cli/main.ts"), "list", "--home", home]) },
      { name: "open and select", run: () => runCommand(["run", "-A", workspacePath("bench/peers/open_and_select.ts"), store]) },
    ], { rounds: 25 });
    return [compare("wap list on an empty home", timings, { limit: 1.6 })];
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}
