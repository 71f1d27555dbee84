/**
 * `check`: checks as TypeScript flows write them, with the same options as in flow files, in camel case.
 *
 * @module
 */
import type { ArrowCheck, Check, CheckKind, CheckScope, Threshold } from "../check.ts";
import { UsageError } from "../errors.ts";
import { readOptions } from "./parse.ts";
import { definitionOf } from "./registry.ts";
import type { CheckValue } from "./typed_literal.ts";

/** What every kind of check takes. */
export interface CheckOptions {
  /** Unique within a table; made from kind and columns when not given. */
  name?: string;
  /** Rows looked at: those this run added, or all of the table. */
  scope?: CheckScope;
  /** Whether what it finds blocks or only warns. @default {"fail"} */
  severity?: "fail" | "warn";
  /** Failing rows kept in the report, 0 to 1000. @default {5} */
  sample?: number;
  /** Why the check exists. */
  reason?: string;
}

/** What a check of single rows tolerates: at the severity, or at both levels independently. */
export interface ToleranceOptions extends Threshold {
  /** Exceeding it warns. */
  warn?: Threshold;
  /** Exceeding it blocks. */
  fail?: Threshold;
}

/** A check of some rows only. */
export interface FilterOptions {
  /** An SQL predicate; only rows for which it is true are tested. */
  where?: string;
}

/** Options of `check.unique`. */
export interface UniqueOptions extends CheckOptions, ToleranceOptions, FilterOptions {
  /** Excess rows tolerated; the same as `maxCount`. */
  maxExcess?: number;
  /** Whether NULL equals NULL in several columns. @default {"equal"} */
  nulls?: "equal" | "distinct";
}

/** Options of `check.range`. */
export interface RangeOptions extends CheckOptions, ToleranceOptions, FilterOptions {
  /** The least value allowed. */
  min?: number | string;
  /** The greatest value allowed. */
  max?: number | string;
  /** Values must be greater than it. */
  strictMin?: number | string;
  /** Values must be less than it. */
  strictMax?: number | string;
  /** Whether NaN violates or is not tested. @default {"fail"} */
  nan?: "fail" | "ignore";
}

/** Options of `check.acceptedValues`. */
export interface AcceptedValuesOptions extends CheckOptions, ToleranceOptions, FilterOptions {
  /** Whether NULL is not tested or violates. @default {"ignore"} */
  nulls?: "ignore" | "fail";
}

/** Options of `check.rowCount`. */
export interface RowCountOptions extends CheckOptions, FilterOptions {
  /** The least number of rows. */
  min?: number;
  /** The greatest number of rows. */
  max?: number;
  /** The exact number of rows. */
  eq?: number;
}

/** Options of `check.expression`. */
export interface ExpressionOptions extends CheckOptions, ToleranceOptions, FilterOptions {
  /** Whether a row for which the predicate is NULL is skipped or violates. @default {"skip"} */
  nulls?: "skip" | "fail";
}

/** Makes checks for a flow in TypeScript. Each throws a `UsageError` when its options are wrong. */
export interface CheckBuilders {
  /** No NULL in the columns. */
  notNull(columns: string | string[], options?: CheckOptions & ToleranceOptions & FilterOptions): Check;
  /** No two rows with the same values in the columns. */
  unique(columns: string | string[], options?: UniqueOptions): Check;
  /** Values between bounds. */
  range(column: string, options: RangeOptions): Check;
  /** Values from a list. */
  acceptedValues(column: string, values: CheckValue[], options?: AcceptedValuesOptions): Check;
  /** How many rows there are. */
  rowCount(options: RowCountOptions): Check;
  /** An SQL predicate that holds for every row. */
  expression(sql: string, options?: ExpressionOptions): Check;
  /** One SELECT that returns the violating rows; `{table}` stands for the rows looked at. */
  sqlRows(query: string, options?: CheckOptions & ToleranceOptions): Check;
  /** A function that is given columns as Arrow record batches and says how many rows violate it. */
  arrow(columns: string | string[], run: ArrowCheck, options?: CheckOptions & ToleranceOptions): Check;
}

/**
 * Makes checks for a flow in TypeScript.
 *
 * @example
 * ```ts
 * import { check } from "@wap/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { spec } = check.notNull("passenger_count", { maxPct: 1 });
 * assertEquals(spec.name, "not_null(passenger_count)");
 * ```
 */
export const check: CheckBuilders = {
  notNull: (columns, options) => build("not_null", { columns, ...options }),
  unique: (columns, options) => build("unique", { columns, ...options }),
  range: (column, options) => build("range", { column, ...options }),
  acceptedValues: (column, values, options) => build("accepted_values", { column, values, ...options }),
  rowCount: (options) => build("row_count", { ...options }),
  expression: (sql, options) => build("expression", { sql, ...options }),
  sqlRows: (query, options) => build("sql_rows", { query, ...options }),
  arrow: (columns, run, options) => {
    const { spec } = build("arrow", { columns, ...options });
    if (typeof run === "function") return { spec, run };
    throw new UsageError("Cannot use check.arrow: the second argument is not a function", { code: "invalid_check" });
  },
};

/** The check that every flow has unless it says otherwise: the run added at least one row. */
export function addedRowsCheck(): Check {
  return check.rowCount({ min: 1, reason: "A run that adds no rows is not published silently" });
}

function build(kind: CheckKind, options: Record<string, unknown>): Check {
  const { spec, fault } = readOptions(definitionOf(kind), toSnakeCaseKeys(options));
  if (spec !== undefined) return { spec };
  const option = fault.path.map((part) => toCamelCase(String(part))).join(".");
  throw new UsageError(`Cannot use check.${toCamelCase(kind)}${option === "" ? "" : ` with ${option}`}: ${fault.message}`, {
    code: "invalid_check",
    hint: fault.hint && toCamelCase(fault.hint),
  });
}

function toSnakeCaseKeys(options: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined).map(([name, value]) => {
      const isThreshold = (name === "warn" || name === "fail") && typeof value === "object" && value !== null;
      return [toSnakeCase(name), isThreshold ? toSnakeCaseKeys(value as Record<string, unknown>) : value];
    }),
  );
}

function toSnakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function toCamelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
