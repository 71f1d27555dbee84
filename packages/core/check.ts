/**
 * Checks and their results: one data test, what it demands, what was found.
 *
 * The statuses and what they do: `pass` lets the run go on, `warn` is reported, `fail` blocks, `error` (the check could not be run) blocks,
 * `not_evaluated` (there was nothing to evaluate it on: a missing column, an aggregate over no rows) blocks. Never a silent success.
 *
 * @module
 */
import type { RecordBatch } from "apache-arrow";
import type { ErrorRecord } from "./errors.ts";

/** The kinds of check there are. */
export type CheckKind = "not_null" | "unique" | "range" | "accepted_values" | "row_count" | "expression" | "sql_rows" | "arrow";

/** How much violation is tolerated, inclusive: a check exceeds it with more than `maxCount` rows or more than `maxPct` percent. */
export interface Threshold {
  /** Violating rows tolerated; 0 when neither is given. */
  maxCount?: number;
  /** Percent of the tested rows tolerated, 0 to 100. */
  maxPct?: number;
}

/** Which rows a check looks at: those this run added, or all rows of the table on the branch. */
export type CheckScope = "delta" | "table";

/** A check after parsing, with every default filled in. JSON; kept with the run. */
export interface CheckSpec {
  /** What it tests. */
  kind: CheckKind;
  /** Unique within a table; made from kind and columns when not given. */
  name: string;
  /** The columns it names, in order; empty for checks on whole rows. */
  columns: string[];
  /** What the kind needs besides: `min`, `max`, `values`, `sql`, … */
  params: Record<string, unknown>;
  /** A SQL predicate; only rows for which it is true are tested. */
  where?: string;
  /** Rows looked at. */
  scope: CheckScope;
  /** Exceeding it warns; absent = never. */
  warn?: Threshold;
  /** Exceeding it blocks; absent = never. */
  fail?: Threshold;
  /** Failing rows kept in the report. */
  sample: number;
  /** Why the check exists. */
  reason?: string;
  /** True for the check every flow has without asking: it blocks, but does not make a flow audited. */
  implicit?: true;
}

/** How a check ended. */
export type CheckStatus = "pass" | "warn" | "fail" | "error" | "not_evaluated";

/** What a check found. JSON. */
export interface CheckResult {
  /** The check's name. */
  name: string;
  /** What it tests. */
  kind: CheckKind;
  /** `namespace.table`. */
  table: string;
  /** The columns it names. */
  columns: string[];
  /** Rows looked at. */
  scope: CheckScope;
  /** How it ended. */
  status: CheckStatus;
  /** `fail` when it can block, `warn` when it can only warn. */
  severity: "fail" | "warn";
  /** What was measured, in words: "1,675 of 10,000 rows (16.75 %)". */
  observed: string;
  /** What was demanded, in words: "no NULL in passenger_count". */
  expected: string;
  /** Rows that violate it; null where rows cannot be counted. */
  failedRows: number | null;
  /** Rows it was tested on; null where rows cannot be counted. */
  testedRows: number | null;
  /** Further figures of the kind: `nulls`, `nan`, `dupValues`, … */
  metrics: Record<string, number | string | null>;
  /** Some violating rows, as JSON values by column. */
  sample: Record<string, unknown>[];
  /** Why it could not be run or evaluated, for `error` and `not_evaluated`; otherwise why its sample is missing, if it is. */
  error: ErrorRecord | null;
}

/** The result of all checks of a run. JSON. */
export interface AuditReport {
  /** `fail` if any check blocks, else `warn` if any warns, else `pass`. */
  verdict: "pass" | "warn" | "fail";
  /** One entry per check, in the flow's order. */
  checks: CheckResult[];
  /** The commit on the run's branch that was audited. */
  branchCommit: string;
  /** The target's commit the audit was made against. */
  targetCommit: string;
  /** SHA-256 of the check set: what was demanded. */
  checkSet: string;
  /** SHA-256 of the report's verdict, commits, check set and statuses: goes into the publishing commit as `wap.audit`. */
  digest: string;
}

/** What an Arrow check's function answers: true or false, or a count of violating rows with anything worth reporting. */
export type ArrowVerdict = boolean | { failedRows: number; observed?: string; sample?: Record<string, unknown>[] };

/** What an Arrow check's function is told besides the batches. */
export interface ArrowCheckContext {
  /** `namespace.table`. */
  table: string;
  /** Aborted when the run is stopped. */
  signal: AbortSignal;
}

/** A check written in code: gets the named columns as a stream of Arrow record batches. */
export type ArrowCheck = (batches: AsyncIterable<RecordBatch>, context: ArrowCheckContext) => ArrowVerdict | Promise<ArrowVerdict>;

/** A check as a flow holds it: what it demands and, for an Arrow check, the function that decides. */
export interface Check {
  /** What it demands. */
  spec: CheckSpec;
  /** The function of an Arrow check. */
  run?: ArrowCheck;
}

/** Whether a status stops a run from being published. */
export function isBlocking(status: CheckStatus): boolean {
  return status === "fail" || status === "error" || status === "not_evaluated";
}
