/**
 * Executing a run in the foreground: progress, signals, the report at the end, the exit code.
 *
 * @module
 */
import process from "node:process";
import { type Engine, type ExecuteOptions, isWaiting, type RunReport, type StoredRun } from "@wap/core";
import type { Invocation } from "./command.ts";
import { EXIT, exitCodeOfRun } from "./exit_code.ts";
import { print, printJson, printNote } from "./output.ts";
import { ProgressLine } from "./render/progress.ts";
import { renderRun } from "./render/run_report.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Executes a run and reports it. SIGINT and SIGTERM stop it once the current effect is recorded; a second one ends the process at once, which the run
 * survives as it survives any crash.
 *
 * @param execute What to do with the engine; it is handed the signal and the observer to pass on.
 * @returns The exit code.
 */
export async function executeInForeground(
  workspace: Workspace,
  invocation: Invocation,
  execute: (engine: Engine, options: ExecuteOptions) => Promise<StoredRun>,
): Promise<number> {
  const engine = await workspace.engine();
  using stop = new StopOnSignal();
  let run: StoredRun;
  {
    using progress = new ProgressLine();
    const { onTransition, onProgress } = progress;
    run = await execute(engine, { stop: stop.signal, onTransition, onProgress });
  }
  const code = reportRun(engine, run, invocation);
  return isUnfinished(engine.report(run.id)) && stop.signal.aborted ? EXIT.interrupted : code;
}

/** Prints a run and answers its exit code. */
export function reportRun(engine: Engine, run: StoredRun, invocation: Invocation): number {
  const report = engine.report(run.id);
  if (invocation.has("json")) printJson({ run: report });
  else print(renderRun(report));
  if (isUnfinished(report)) {
    printNote(`The run goes on with: wap resume ${run.id}`);
    return EXIT.ok;
  }
  return exitCodeOfRun(report, { usage: isUsageFault(run) });
}

/** Whether a run failed on what it was asked: a check on a column that is not there, a target that does not exist. */
export function isUsageFault({ context }: StoredRun): boolean {
  return context.failure?.error.name === "UsageError" || context.failure?.error.name === "NotFoundError";
}

function isUnfinished({ state, outcome }: RunReport): boolean {
  return outcome === null && !isWaiting(state);
}

/** Turns the first SIGINT or SIGTERM into an aborted signal; a second one ends the process at once. */
export class StopOnSignal implements Disposable {
  readonly #abort = new AbortController();
  readonly #onSignal = () => {
    if (this.#abort.signal.aborted) process.exit(EXIT.interrupted);
    printNote("Stopping once the current step is recorded; again to stop at once");
    this.#abort.abort();
  };

  /** Listens from now on. */
  constructor() {
    process.on("SIGINT", this.#onSignal).on("SIGTERM", this.#onSignal);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Listens no more. */
  [Symbol.dispose](): void {
    process.off("SIGINT", this.#onSignal).off("SIGTERM", this.#onSignal);
  }
}
