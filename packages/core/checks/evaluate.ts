/**
 * Findings held against what a check tolerates: its status, and what was demanded in words. Pure.
 *
 * @module
 */
import type { CheckResult, CheckSpec, CheckStatus, Threshold } from "../check.ts";
import type { ErrorRecord } from "../errors.ts";
import { exceedsPercent } from "./decimal.ts";
import type { Finding } from "./kind.ts";
import { definitionOf } from "./registry.ts";
import { shortenSql } from "./user_sql.ts";
import { countOf } from "./wording.ts";

/**
 * Says how a check ends.
 *
 * @param spec The check.
 * @param finding What was found.
 * @returns `fail` or `warn` when more is violated than that level tolerates, bounds included, else `pass`.
 */
export function statusOf({ warn, fail }: CheckSpec, finding: Finding): CheckStatus {
  if (fail !== undefined && exceeds(finding, fail)) return "fail";
  return warn !== undefined && exceeds(finding, warn) ? "warn" : "pass";
}

/** The result of a check that was evaluated; its sample is still to be taken. */
export function toResult(spec: CheckSpec, { table, finding }: { table: string; finding: Finding }): CheckResult {
  return fillResult(spec, { ...finding, table, status: statusOf(spec, finding), error: null });
}

/** The result of a check that was not evaluated. */
export function toMissingResult(
  spec: CheckSpec,
  { table, status, error }: { table: string; status: "error" | "not_evaluated"; error: ErrorRecord },
): CheckResult {
  const observed = status === "error" ? "could not be run" : "not evaluated";
  return fillResult(spec, { table, status, observed, failedRows: null, testedRows: null, metrics: {}, error });
}

/**
 * What a check demands, in words.
 *
 * @param spec The check.
 * @returns Its demand, what it tolerates, and which rows it tests, such as "no NULL in passenger_count, except in at most 1 % of rows".
 */
export function expectedText(spec: CheckSpec): string {
  const where = spec.where === undefined ? "" : ` where ${shortenSql(spec.where, 200)}`;
  return definitionOf(spec.kind).demand(spec) + where + toleranceText(spec);
}

type Outcome = Pick<CheckResult, "table" | "status" | "observed" | "failedRows" | "testedRows" | "metrics" | "error">;

/** The order of the fields is the order in which reports show them. */
function fillResult(spec: CheckSpec, { table, status, observed, failedRows, testedRows, metrics, error }: Outcome): CheckResult {
  const { name, kind, columns, scope } = spec;
  const severity = spec.fail === undefined ? "warn" : "fail";
  return { name, kind, table, columns, scope, status, severity, observed, expected: expectedText(spec), failedRows, testedRows, metrics, sample: [], error };
}

function exceeds({ met, failedRows, testedRows }: Finding, { maxCount, maxPct }: Threshold): boolean {
  if (met !== undefined) return !met;
  const failed = failedRows ?? 0;
  if (maxCount === undefined && maxPct === undefined) return failed > 0;
  return (maxCount !== undefined && failed > maxCount) || (maxPct !== undefined && exceedsPercent(failed, { of: testedRows ?? 0, percent: maxPct }));
}

function toleranceText({ warn, fail }: CheckSpec): string {
  if (warn !== undefined && fail !== undefined) return `; more than ${limitText(warn)} warns, more than ${limitText(fail)} fails`;
  const { maxCount = 0, maxPct } = warn ?? fail ?? {};
  return maxCount === 0 && maxPct === undefined ? "" : `, except in at most ${limitText(warn ?? fail ?? {})}`;
}

function limitText({ maxCount, maxPct }: Threshold): string {
  if (maxPct === undefined) return countOf(maxCount ?? 0, "row");
  return maxCount === undefined ? `${maxPct} % of rows` : `${countOf(maxCount, "row")} or ${maxPct} %`;
}
