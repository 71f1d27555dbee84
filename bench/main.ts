/**
 * `deno task bench [name...]`: benchmarks as ratios against peers and limits, into `bench/results.json`; without a name, all of them.
 *
 * @module
 */
import { benchDurableRuns } from "./durable_runs.ts";
import { benchImportAudit } from "./import_audit.ts";
import { benchListLength } from "./list_length.ts";
import { benchListStartup } from "./list_startup.ts";
import { type Comparison, workspacePath } from "./measure.ts";
import { benchRecovery } from "./recovery.ts";

const BENCHMARKS: Record<string, () => Promise<Comparison[]>> = {
  list: benchListStartup,
  "long-list": benchListLength,
  runs: benchDurableRuns,
  recovery: benchRecovery,
  import: benchImportAudit,
};

const RESULTS = workspacePath("bench/results.json");

/** A comparison as it was last measured. */
type Result = Comparison & { measuredAt: string; loadAverage: number };

function render({ name, ratio, limit, timings }: Comparison): string {
  const lines = timings.map(({ name, median, min, max }) => `  ${name.padEnd(32)} ${milliseconds(median)} ms [${milliseconds(min)} .. ${milliseconds(max)}]`);
  return [`${name}: ratio ${ratio.toFixed(2)}, limit ${limit.toFixed(2)} ${ratio <= limit ? "" : "(ABOVE)"}`.trimEnd(), ...lines].join("\n");
}

function milliseconds(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}

/** Puts new results in place of older ones of the same name. */
async function keep(results: Result[]): Promise<void> {
  const earlier = (JSON.parse(await Deno.readTextFile(RESULTS)) as { results: Result[] }).results;
  const others = earlier.filter((result) => !results.some(({ name }) => name === result.name));
  await Deno.writeTextFile(RESULTS, `${JSON.stringify({ results: [...others, ...results] }, null, 2)}\n`);
}

if (import.meta.main) {
  for (const name of Deno.args.length > 0 ? Deno.args : Object.keys(BENCHMARKS)) {
    const benchmark = BENCHMARKS[name];
    if (!benchmark) throw new Error(`Cannot run benchmark "${name}": known are ${Object.keys(BENCHMARKS).join(", ")}`);
    const before = { measuredAt: new Date().toISOString(), loadAverage: Deno.loadavg()[0]! };
    const comparisons = await benchmark();
    for (const comparison of comparisons) console.log(render(comparison));
    await keep(comparisons.map((comparison) => ({ ...comparison, ...before })));
  }
}
