/**
 * `accepted_values`: values from a list, compared as the column's type.
 *
 * NULL is not tested, and percentages are of the rows that have a value; with `nulls: fail` NULL violates, and percentages are of all rows.
 *
 * @module
 */
import * as z from "zod";
import type { CheckSpec } from "../check.ts";
import type { KindDefinition, Source } from "./kind.ts";
import { sqlTextOption } from "./option_types.ts";
import { countRows, countValues, countWhere, quoteName, selectRows } from "./sql.ts";
import { type CheckValue, comparisonFault, typedLiteral, valueFault } from "./typed_literal.ts";
import { shareText, valuesText } from "./wording.ts";

const value = z.union([sqlTextOption, z.number(), z.boolean()], { error: "expected text, a number, true or false" });

/** The kind `accepted_values`. */
export const acceptedValues: KindDefinition = {
  kind: "accepted_values",
  columns: "one",
  positional: ["column", "values"],
  params: { values: z.array(value).min(1), nulls: z.enum(["ignore", "fail"]).default("ignore") },
  tolerances: ["max_pct", "max_count"],
  filterable: true,
  defaultScope: () => "delta",
  typeFault: (spec, type) => comparisonFault(type) ?? valuesOf(spec).map((value) => valueFault(value, type)).find((fault) => fault !== null) ?? null,
  measure: (spec, source) => ({
    rows: countRows(source),
    present: countValues(source, spec.columns[0]!),
    outside: countWhere(source, outside(spec, source)),
  }),
  judge: (spec, { rows = 0, present = 0, outside = 0 }) => {
    const nulls = rows - present;
    const [failedRows, testedRows] = spec.params.nulls === "fail" ? [outside + nulls, rows] : [outside, present];
    return { failedRows, testedRows, metrics: { rows, nulls }, observed: shareText(failedRows, testedRows) };
  },
  sampleQuery: (spec, source) => {
    const orNull = spec.params.nulls === "fail" ? `${quoteName(spec.columns[0]!)} is null or ` : "";
    return selectRows(source, { predicate: orNull + outside(spec, source), limit: spec.sample });
  },
  demand: (spec) => `${spec.columns[0]} one of ${valuesText(valuesOf(spec))}${spec.params.nulls === "fail" ? ", not NULL" : ""}`,
};

function valuesOf({ params }: CheckSpec): CheckValue[] {
  return params.values as CheckValue[];
}

function outside(spec: CheckSpec, source: Source): string {
  const column = spec.columns[0]!;
  const type = source.types.get(column) ?? "string";
  return `${quoteName(column)} not in (${valuesOf(spec).map((value) => typedLiteral(value, type)).join(", ")})`;
}
