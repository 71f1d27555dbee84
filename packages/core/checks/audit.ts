/**
 * `runAudit`: all checks of a run against the commit it made.
 *
 * @module
 */
import type { AuditReport, CheckResult } from "../check.ts";
import { NotFoundError, toErrorRecord } from "../errors.ts";
import { formatTableName } from "../names.ts";
import { toMissingResult } from "./evaluate.ts";
import { type AuditTable, digestCheckSet, toReport } from "./report.ts";
import { type ReadableLakehouse, TableAudit, type TableAuditOptions } from "./table_audit.ts";

/** How far an audit is. */
export interface AuditProgress {
  /** Checks done. */
  done: number;
  /** Checks in all. */
  total: number;
}

/** What to audit. */
export interface AuditRequest {
  /** Where to read: the branch pinned to the commit, `branch@hash`. */
  ref: string;
  /** The commit that is audited. */
  branchCommit: string;
  /** The target's commit that it is audited against. */
  targetCommit: string;
  /** The commit that the run's own rows came after. */
  since: string;
  /** The tables with their checks, in the flow's order. */
  tables: readonly AuditTable[];
  /** Stops the audit. */
  signal?: AbortSignal;
  /** Called after each check. */
  onProgress?: (progress: AuditProgress) => void;
}

/**
 * Runs all checks of a run.
 *
 * @param lakehouse Where the tables are.
 * @param request What to audit.
 * @returns The report; a check that cannot be run or evaluated is in it, and blocks.
 * @throws The signal's reason when stopped, and what the lakehouse throws when trying again may help.
 */
export async function runAudit(lakehouse: ReadableLakehouse, request: AuditRequest): Promise<AuditReport> {
  const { ref, since, tables, signal = new AbortController().signal, onProgress } = request;
  const total = tables.reduce((sum, { checks }) => sum + checks.length, 0);
  let done = 0;
  const options = { ref, since, signal, onResult: () => onProgress?.({ done: ++done, total }) };
  const results: CheckResult[] = [];
  for (const table of tables) {
    signal.throwIfAborted();
    results.push(...await auditTable(lakehouse, table, options));
  }
  signal.throwIfAborted();
  return toReport(results, { branchCommit: request.branchCommit, targetCommit: request.targetCommit, checkSet: digestCheckSet(tables) });
}

type SharedOptions = Omit<TableAuditOptions, "code">;

async function auditTable(lakehouse: ReadableLakehouse, { table, checks, code = new Map() }: AuditTable, options: SharedOptions): Promise<CheckResult[]> {
  const detail = await lakehouse.findTable(table, { ref: options.ref });
  if (detail !== null) return await new TableAudit(lakehouse, { table: detail, checks }, { ...options, code }).run();
  const name = formatTableName(table);
  const error = toErrorRecord(new NotFoundError(`Cannot evaluate checks of ${name}: there is no such table at ${options.ref}`, { code: "table_not_found" }));
  return checks.map((spec) => {
    options.onResult();
    return toMissingResult(spec, { table: name, status: "not_evaluated", error });
  });
}
