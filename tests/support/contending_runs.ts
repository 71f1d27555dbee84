/**
 * A process that executes many runs at once, each appending a file of its own to one table:
 * `contending_runs.ts <home> <folder of files> <first> <count>`. Prints one line per run: its file's number, its state, its error.
 *
 * @module
 */
import { check, defineFlow, Engine, RunStore } from "@wap/core";
import { openLakehouse } from "@wap/lakehouse";
import { join } from "node:path";

const [home, files, first, count] = Deno.args as [string, string, string, string];

using store = RunStore.open(join(home, "wap.db"));
await using lakehouse = openLakehouse({ path: join(home, "lakehouse") });
const engine = new Engine({ store, lakehouse: () => lakehouse, loadFlow: () => Promise.reject(new TypeError("no code here")) });

async function execute(number: number): Promise<void> {
  const flow = defineFlow({
    name: `file_${number}`,
    from: join(files, `${number}.csv`),
    into: { namespace: "taxi", table: "trips" },
    checks: [check.unique("id")],
  });
  const { run } = await engine.submit(flow, { cwd: files, lakehouse: "local" });
  const { state, context } = await engine.execute(run.id);
  console.log(JSON.stringify({ number, state, error: context.failure?.error.message ?? null, rebases: context.rebases }));
}

const numbers = Array.from({ length: Number(count) }, (_, index) => Number(first) + index);
await Promise.all(numbers.map(execute));
