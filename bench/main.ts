/**
 * `deno task bench`: every benchmark, as ratios against peers and limits, into `bench/results.json`.
 *
 * @module
 */
import { benchImportAudit } from "./import_audit.ts";
import { benchListStartup } from "./list_startup.ts";
import { type Comparison, workspacePath } from "./measure.ts";

const BENCHMARKS: Record<string, () => Promise<Comparison>> = { list: benchListStartup, import: benchImportAudit };

function render({ name, ratio, limit, timings }: Comparison): string {
  const lines = timings.map((timing) => {
    return `  ${timing.name.padEnd(24)} ${timing.median.toFixed(1)} ms [${timing.min.toFixed(1)} .. ${timing.max.toFixed(1)}]`;
  });
  return [`${name}: ratio ${ratio.toFixed(2)}, limit ${limit} ${ratio <= limit ? "" : "(ABOVE)"}`.trimEnd(), ...lines].join("\n");
}

if (import.meta.main) {
  const wanted = Deno.args.length > 0 ? Deno.args : Object.keys(BENCHMARKS);
  const results: Comparison[] = [];
  for (const name of wanted) {
    const benchmark = BENCHMARKS[name];
    if (!benchmark) throw new Error(`Cannot run benchmark "${name}": known are ${Object.keys(BENCHMARKS).join(", ")}`);
    const comparison = await benchmark();
    results.push(comparison);
    console.log(render(comparison));
  }
  await Deno.writeTextFile(workspacePath("bench/results.json"), `${JSON.stringify({ results }, null, 2)}\n`);
}
