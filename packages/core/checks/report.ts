/**
 * The report of an audit: its verdict, and the digests that tie it to what was audited. Pure.
 *
 * @module
 */
import { type ArrowCheck, type AuditReport, type CheckResult, type CheckSpec, isBlocking } from "../check.ts";
import { digestOf } from "../digest.ts";
import { formatTableName, type TableName } from "../names.ts";

/** The checks of one table. */
export interface AuditTable {
  /** The table. */
  table: TableName;
  /** What is demanded of it. */
  checks: readonly CheckSpec[];
  /** The functions of its Arrow checks, by the checks' names. */
  code?: ReadonlyMap<string, ArrowCheck>;
}

/**
 * The digest of a check set: what an audit demands.
 *
 * @param tables The tables with their checks, in the flow's order.
 * @returns SHA-256 in hexadecimal, the same for the same demands.
 */
export function digestCheckSet(tables: readonly AuditTable[]): string {
  return digestOf(tables.map(({ table, checks }) => ({ table: formatTableName(table), checks })));
}

/**
 * Puts the results of all checks into a report.
 *
 * @param results One result per check, in the flow's order.
 * @param audited The commits audited, and the digest of what was demanded.
 * @returns The report with its verdict and digest.
 */
export function toReport(results: CheckResult[], audited: Pick<AuditReport, "branchCommit" | "targetCommit" | "checkSet">): AuditReport {
  const { branchCommit, targetCommit, checkSet } = audited;
  const verdict = verdictOf(results);
  const statuses = results.map(({ table, name, status }) => [table, name, status]);
  return { verdict, checks: results, branchCommit, targetCommit, checkSet, digest: digestOf({ verdict, branchCommit, targetCommit, checkSet, statuses }) };
}

function verdictOf(results: readonly CheckResult[]): AuditReport["verdict"] {
  if (results.some(({ status }) => isBlocking(status))) return "fail";
  return results.some(({ status }) => status === "warn") ? "warn" : "pass";
}
