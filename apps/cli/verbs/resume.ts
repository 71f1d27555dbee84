/**
 * `wap resume`: going on with interrupted runs.
 *
 * @module
 */
import { doneSteps, type HistoryEvent, outlookOf, type RunReport, type StoredRun, toErrorRecord } from "@wap/core";
import { UsageError } from "@wap/core/errors";
import { type Command, type Invocation, LAKEHOUSE_FLAG } from "../command.ts";
import { EXIT, exitCodeOfError, exitCodeOfRun } from "../exit_code.ts";
import { print, printJson, printNote } from "../output.ts";
import { renderRun } from "../render/run_report.ts";
import { executeInForeground, isUsageFault, StopOnSignal } from "../session.ts";
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
      describe(run, store.history(run.id));
      return await executeInForeground(
        workspace,
        invocation,
        (engine, options) => engine.resume(run.id, { ...options, acceptChanges: invocation.has("accept-changes") }),
      );
    }
    return await resumeAll(invocation, workspace);
  },
};

/** Goes on with one run after the other; one that cannot go on does not hold back the rest. */
async function resumeAll(invocation: Invocation, workspace: Workspace): Promise<number> {
  const [engine, store] = [await workspace.engine(), await workspace.store()];
  using stop = new StopOnSignal();
  const reports: RunReport[] = [];
  let worst: number = EXIT.ok;
  for (const { id } of store.interrupted()) {
    if (stop.signal.aborted) break;
    describe(store.find(id), store.history(id));
    try {
      const run = await engine.resume(id, { stop: stop.signal });
      reports.push(engine.report(id));
      if (!invocation.has("json")) print(renderRun(engine.report(id)));
      worst = Math.max(worst, exitCodeOfRun(engine.report(id), { usage: isUsageFault(run) }));
    } catch (error) {
      printNote(`wap: run ${id}: ${toErrorRecord(error).message}`);
      worst = Math.max(worst, exitCodeOfError(error));
    }
  }
  if (invocation.has("json")) printJson({ runs: reports });
  else if (reports.length === 0) print("No run was interrupted");
  return stop.signal.aborted ? EXIT.interrupted : worst;
}

function describe(run: StoredRun, history: HistoryEvent[]): void {
  const { next, undo } = outlookOf(run);
  const done = doneSteps(history);
  printNote(`Run ${run.id} of ${run.flow} is ${run.state}`);
  if (done.length > 0) printNote(`  done:     ${done.join(", ")}`);
  if (next.length > 0) printNote(`  will run: ${next.join(", ")}`);
  if (undo.length > 0) printNote(`  undone if that fails: ${undo.join(", ")}`);
}
