/**
 * The report of a run, from what is stored.
 *
 * @module
 */
import type { AuditReport } from "../check.ts";
import type { ErrorRecord } from "../errors.ts";
import { followUpStepName, undoStepName } from "../machine/effect.ts";
import type { RunReport } from "../run.ts";
import type { StoredRun } from "./records.ts";

/**
 * Reports a run.
 *
 * @param run The run as stored.
 * @param audit The audit's report, or null.
 */
export function reportOf(run: StoredRun, audit: AuditReport | null): RunReport {
  const { context } = run;
  return {
    id: run.id,
    flow: run.flow,
    version: run.version,
    state: run.state,
    outcome: run.outcome,
    branch: run.branch,
    target: run.target,
    lakehouse: run.lakehouse,
    tables: context.tables.map(({ newFiles: _, ...table }) => table),
    audit,
    publish: context.publish,
    revert: context.revert,
    undo: context.failure === null || run.state === "parked"
      ? []
      : context.undo.map((entry) => ({ step: undoStepName(entry), status: entry.status, error: shown(entry.error) })).reverse(),
    followUp: context.followUp.map((task) => ({ step: followUpStepName(task), status: task.status, error: shown(task.error) })),
    error: shown(context.blocked?.error ?? context.failure?.error ?? null),
    createdAt: new Date(run.createdAt).toISOString(),
    finishedAt: run.finishedAt === null ? null : new Date(run.finishedAt).toISOString(),
    attempts: run.attempts,
  };
}

function shown(error: ErrorRecord | null): ErrorRecord | null {
  return error && { code: error.code, message: error.message, hint: error.hint };
}
