/**
 * What can be said against checks before any data is read: columns that are not there, values that do not fit their types.
 *
 * @module
 */
import type { CheckSpec } from "../check.ts";
import { type ErrorRecord, toErrorRecord, UsageError } from "../errors.ts";
import type { Column } from "../lakehouse.ts";
import { definitionOf } from "./registry.ts";
import { suggest } from "./suggest.ts";

/** Why a check cannot be evaluated on a table. */
export interface PreflightProblem {
  /** The check's name. */
  check: string;
  /** The reason and the remedy. */
  error: ErrorRecord;
}

/**
 * Holds checks against the columns of a table, without touching its data.
 *
 * @param specs The checks of one table.
 * @param columns The columns that it has, or will have.
 * @returns One problem for each check that could not be evaluated.
 * @example
 * ```ts
 * import { parseCheckNotation, preflight } from "@wap/core";
 * import { assertEquals } from "@std/assert";
 *
 * const [problem] = preflight([parseCheckNotation("not_null(fare)")], [{ name: "fares", type: "double", required: false }]);
 * assertEquals(problem?.error.hint, 'Did you mean "fares"?');
 * ```
 */
export function preflight(specs: readonly CheckSpec[], columns: readonly Column[]): PreflightProblem[] {
  const typeByColumn = new Map(columns.map(({ name, type }) => [name, type]));
  return specs.flatMap((spec) => {
    const error = findProblem(spec, typeByColumn);
    return error === null ? [] : [{ check: spec.name, error: toErrorRecord(error) }];
  });
}

function findProblem(spec: CheckSpec, typeByColumn: ReadonlyMap<string, string>): UsageError | null {
  for (const column of spec.columns) {
    const type = typeByColumn.get(column);
    if (type === undefined) return unknownColumn(spec, { column, columns: [...typeByColumn.keys()] });
    const fault = definitionOf(spec.kind).typeFault?.(spec, type) ?? null;
    if (fault === null) continue;
    return new UsageError(`Cannot evaluate ${spec.name}: ${fault}`, { code: "type_mismatch", hint: "Write the values of the check as the column's type" });
  }
  return null;
}

function unknownColumn(spec: CheckSpec, { column, columns }: { column: string; columns: string[] }): UsageError {
  const near = suggest(column, columns);
  return new UsageError(`Cannot evaluate ${spec.name}: the table has no column ${JSON.stringify(column)}`, {
    code: "unknown_column",
    hint: near === undefined ? `It has ${columns.join(", ")}` : `Did you mean ${JSON.stringify(near)}?`,
  });
}
