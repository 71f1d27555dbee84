/**
 * `wap resume`: going on with interrupted runs.
 *
 * @module
 */
import { outlookOf, type RunReport, type StoredRun } from "@wap/core";
import { UsageError } from "@wap/core/errors";
import { type Command, type Invocation, LAKEHOUSE_FLAG } from "../command.ts";
import { EXIT, exitCodeOfRun } from "../exit_code.ts";
import { print, printJson, printNote } from "../output.ts";
import { renderRun } from "../render/run_report.ts";
import { executeInForeground } from "../session.ts";
import type { Workspace } from "../workspace.ts";

/** The verb. */
export const command: Command = {
  summary: "Go on with a run that was interrupted, from its stored state.",
  usage: "<id> | --all",
  arity: [0, 1],
  flags: {
    all: { type: "boolean", help: "every interrupted run, oldest first" },
    "accept-changes": { type: "boolean", help: "go on with the flow's code as it is now, though it changed since the run began" },
    ...LAKEHOUSE_FLAG,
  },
  notes: "Says first what is done, what will run, and what is undone if that fails. Undos and hooks that failed are tried again.",
  examples: ["resume 7k2m4", "resume --all", "resume 7k2m4 --json"],
  async run(invocation, workspace) {
    const [id] = invocation.positionals;
    if ((id === undefined) !== invocation.has("all")) {
      throw new UsageError("Cannot resume: give either a run's id or --all", { hint: 'See the runs with "wap list"' });
    }
    const store = await workspace.store();
    if (id !== undefined) {
      const run = store.find(id);
      describe(run, store.history(run.id).flatMap((event) => event.nextStep ?? []));
      return await executeInForeground(
        workspace,
        invocation,
        (engine, options) => engine.resume(run.id, { ...options, acceptChanges: invocation.has("accept-changes") }),
      );
    }
    return await resumeAll(invocation, workspace);
  },
};

async function resumeAll(invocation: Invocation, workspace: Workspace): Promise<number> {
  const engine = await workspace.engine();
  const interrupted = (await workspace.store()).interrupted();
  const reports: RunReport[] = [];
  let worst: number = EXIT.ok;
  for (const { id } of interrupted) {
    const run = await engine.resume(id);
    const report = engine.report(id);
    reports.push(report);
    if (!invocation.has("json")) print(renderRun(report));
    worst = Math.max(worst, exitCodeOfRun(report, { usage: run.context.failure?.error.name === "UsageError" }));
  }
  if (invocation.has("json")) printJson({ runs: reports });
  else if (reports.length === 0) print("No run was interrupted");
  return worst;
}

function describe(run: StoredRun, begun: string[]): void {
  const { next, undo } = outlookOf(run);
  const done = begun.filter((step) => !next.includes(step));
  printNote(`Run ${run.id} of ${run.flow} is ${run.state}`);
  if (done.length > 0) printNote(`  done:     ${done.join(", ")}`);
  if (next.length > 0) printNote(`  will run: ${next.join(", ")}`);
  if (undo.length > 0) printNote(`  undone if that fails: ${undo.join(", ")}`);
}
