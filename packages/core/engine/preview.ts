/**
 * What a run would do, and what is left of one: answers without effects.
 *
 * @module
 */
import { preflight } from "../checks/preflight.ts";
import type { ErrorRecord } from "../errors.ts";
import type { Flow } from "../flow.ts";
import type { RunInput } from "../flows/run_input.ts";
import type { Column, Lakehouse, PlannedFile } from "../lakehouse.ts";
import { accepts, advance, type MachineState } from "../machine/advance.ts";
import { type Effect, effectOf, undoStepName } from "../machine/effect.ts";
import type { WapEvent } from "../machine/events.ts";
import { formatTableName } from "../names.ts";
import type { HistoryEvent, StoredRun } from "../store/records.ts";
import { importRequestOf, tableNameOf } from "./import_effects.ts";
import { newRun } from "./submit.ts";

/** What a run would do to one table. */
export interface TablePreview {
  /** `namespace.table`. */
  name: string;
  /** The files, and which of them are new. */
  files: PlannedFile[];
  /** The columns of the rows to be added. */
  columns: Column[];
  /** Columns the table would get. */
  addedColumns: string[];
  /** The names of the checks that would be made. */
  checks: string[];
  /** Checks that could not be answered, and why. */
  problems: { check: string; error: ErrorRecord }[];
}

/**
 * Plans a run without storing or writing anything.
 *
 * @throws {UsageError} If flow and input together are not complete.
 * @throws {TerminalError} If a file cannot be read.
 */
export async function previewRun(flow: Flow, input: RunInput & { lakehouse: string }, lakehouse: Lakehouse): Promise<TablePreview[]> {
  const { spec } = newRun(flow, input);
  const previews: TablePreview[] = [];
  for (const table of spec.tables) {
    const name = tableNameOf(table);
    const { files, columns, addedColumns } = await lakehouse.planImport(importRequestOf(table), { ref: spec.target });
    const known = (await lakehouse.findTable(name, { ref: spec.target }))?.columns ?? [];
    const problems = preflight(table.checks, [...known.filter((one) => !columns.some((column) => column.name === one.name)), ...columns]);
    previews.push({ name: formatTableName(name), files, columns, addedColumns, checks: table.checks.map((check) => check.name), problems });
  }
  return previews;
}

/** What is left of a run. */
export interface Outlook {
  /** Steps that will be done, in order, if nothing goes wrong. */
  next: string[];
  /** What is undone if something does, first undone first. */
  undo: string[];
}

/** Events after which the step before them was not done. */
const NOT_DONE: HistoryEvent["type"][] = ["TRY_FAILED", "FAILED", "UNDO_FAILED", "FOLLOW_UP_FAILED", "CANCELLED", "CONFLICTED", "TARGET_MOVED", "BLOCKED"];

/** The steps that a run has done, in order, each once: what was next before every event that tells of success. */
export function doneSteps(history: HistoryEvent[]): string[] {
  const done = history.slice(1).flatMap((event, index) => (NOT_DONE.includes(event.type) ? [] : history[index]!.nextStep ?? []));
  return [...new Set(done)];
}

/** What a run will do when resumed: the machine itself is played forward, every step taken to succeed. */
export function outlookOf(run: StoredRun): Outlook {
  let current: MachineState = accepts(run, { type: "RETRIED" }) ? advance(run, { type: "RETRIED" }) : { state: run.state, context: run.context };
  const next: string[] = [];
  for (let effect = effectOf(current.state, current.context); effect; effect = effectOf(current.state, current.context)) {
    next.push(effect.step);
    current = advance(current, successOf(effect, run));
  }
  const undo = run.context.publish === null ? run.context.undo.filter((entry) => entry.status === "pending").map(undoStepName).reverse() : [];
  return { next, undo };
}

function successOf(effect: Effect, { target, branch }: StoredRun): WapEvent {
  switch (effect.type) {
    case "resolveBase":
      return { type: "STARTED", base: target };
    case "createBranch":
      return { type: "BRANCH_CREATED" };
    case "planImport":
      return { type: "PREPARED", newFiles: 1, skippedFiles: 0 };
    case "applyImport":
      return { type: "IMPORTED", filesImported: 1, filesSkipped: 0, rowsImported: 1, commit: branch };
    case "runStep":
      return { type: "STEP_DONE", step: effect.name };
    case "audit":
      return { type: "AUDITED", audit: { verdict: "pass", branchCommit: branch, targetCommit: target, digest: "" }, error: null };
    case "merge":
      return { type: "PUBLISHED", commit: branch, targetBefore: target };
    case "followUp":
      return { type: "FOLLOWED_UP" };
    case "undo":
      return { type: "UNDONE" };
  }
}
