/**
 * `wap test`: killing a flow everywhere, to see that it survives.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import process from "node:process";
import { type Flow, UsageError } from "@wap/core";
import { formatFaultPoint } from "@wap/core/crash";
import { type Command, FLOWS_FLAG, type Invocation } from "../command.ts";
import { CrashHome } from "../crash/crash_home.ts";
import { killEverywhere, type KillProgress, type KillReport } from "../crash/kill_everywhere.ts";
import type { TrialResult } from "../crash/trial.ts";
import { EXIT } from "../exit_code.ts";
import { isInteractive, print, printJson, printNote, tint } from "../output.ts";
import { count } from "../render/text_table.ts";
import { StopOnSignal } from "../session.ts";

/** More processes at once than this wait for the disk. */
const MAX_JOBS = 8;
/** Without a terminal, progress is told every so many trials. */
const TELL_EVERY = 25;

/** The verb. */
export const command: Command = {
  summary: "Kill a flow at every point where it could die, and see that it ends as if undisturbed.",
  usage: "--kill-everywhere <flow>",
  arity: [1, 1],
  flags: {
    "kill-everywhere": { type: "boolean", help: "SIGKILL before and after every durable write, lakehouse call, step and hook" },
    from: { type: "string", value: "PATH", help: "files to import, for a flow that leaves them to the run", multiple: true },
    ...FLOWS_FLAG,
  },
  notes: `The flow runs in temporary homes with lakehouses of their own, once for each point on either side; nothing of --home is touched.
Its steps and hooks run for real each time: give those that reach out something harmless to reach. A run that waits for approval is
approved. Checked are state and exit code, the rows of every table, one publishing commit, branches, files, and the run's history.
Exit code 0 if every killed run, once resumed, ended like the undisturbed one; else 1.`,
  examples: ["test --kill-everywhere examples/yellow_trips.yaml", "test --kill-everywhere yellow_trips --json"],
  async run(invocation, workspace) {
    if (!invocation.has("kill-everywhere")) {
      throw new UsageError("Cannot test: nothing says how", { hint: "Write: wap test --kill-everywhere <flow>" });
    }
    const flow = await workspace.flow(invocation.positionals[0]!);
    using stop = new StopOnSignal();
    const { cwd } = workspace.settings;
    const report = await killEverywhere(() => CrashHome.make({ cwd }), scriptOf(flow, invocation), {
      jobs: Math.min(availableParallelism(), MAX_JOBS),
      onProgress: tellProgress,
      signal: stop.signal,
    });
    if (invocation.has("json")) printJson({ test: toJson(flow, report) });
    else print(render(flow, report));
    if (stop.signal.aborted) return EXIT.interrupted;
    return report.failures.length === 0 ? EXIT.ok : EXIT.failed;
  },
};

/** The command lines that lead a run of the flow to its end. */
function scriptOf(flow: Flow, invocation: Invocation): string[][] {
  const from = invocation.texts("from").flatMap((path) => ["--from", path]);
  const run = ["run", flow.source!, ...from];
  return flow.spec.approval === "always" ? [run, ["approve", "<id>"]] : [run];
}

function tellProgress({ points, trials, done }: KillProgress): void {
  if (done === 0) printNote(`${count(points, "fault point")}, ${trials} trials`);
  else if (isInteractive()) process.stderr.write(done === trials ? "\r\x1b[2K" : `\r\x1b[2K${done} of ${trials}`);
  else if (done % TELL_EVERY === 0) printNote(`${done} of ${trials}`);
}

function render({ spec }: Flow, { points, trials, evidence, rowsRepeat, failures }: KillReport): string {
  const { state, tables } = evidence.run;
  const rows = tables.map((table) => `${table.name}: ${count(table.rowsImported, "row")}`).join(", ");
  const good = `${trials - failures.filter(({ died }) => died.length > 0).length} of ${trials}`;
  return [
    `Flow ${spec.name} ends ${state} (${rows}); killed before and after each of ${count(points, "fault point")}`,
    `  ${tint(good, failures.length === 0 ? "good" : "bad")} ended as if undisturbed`,
    ...(rowsRepeat ? [] : ["  the rows themselves differ from run to run, so only their number was compared"]),
    ...failures.flatMap((
      failure,
    ) => [`  ${tint("FAILED", "bad")}  wap ${verbOf(failure)}, ${placeOf(failure)}:`, ...failure.faults.map((fault) => `    ${fault}`)]),
  ].join("\n");
}

function verbOf({ args }: TrialResult): string {
  return args[0]!;
}

function placeOf({ died }: TrialResult): string {
  return died.length === 0 ? "undisturbed" : `killed at ${died.map(formatFaultPoint).join(", then at ")}`;
}

function toJson({ spec }: Flow, { points, trials, evidence, rowsRepeat, failures }: KillReport): unknown {
  const { state, tables } = evidence.run;
  const shown = failures.map(({ args, died, faults }) => ({ verb: args[0], killed: died, faults }));
  return { flow: spec.name, state, tables, points, trials, rowsCompared: rowsRepeat, failures: shown };
}
