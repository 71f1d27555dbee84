/**
 * `range`: values between bounds, which are included unless they are strict. For numbers, dates, times and text.
 *
 * NULL is not tested; percentages are of the rows that have a value. NaN is a value that lies in no range: it violates, unless `nan: ignore` leaves it untested.
 *
 * @module
 */
import * as z from "zod";
import type { CheckSpec } from "../check.ts";
import type { KindDefinition, Source } from "./kind.ts";
import { sqlTextOption } from "./option_types.ts";
import { countRows, countValues, countWhere, quoteName, selectRows } from "./sql.ts";
import { type CheckValue, comparisonFault, hasNaN, typedLiteral, valueFault } from "./typed_literal.ts";
import { countText, shareText, valuesText } from "./wording.ts";

const bound = z.union([z.number(), sqlTextOption], { error: "expected a number or text" }).optional();
const BOUNDS = ["min", "strict_min", "max", "strict_max"] as const;
const OUTSIDE_OPERATOR = { min: "<", strict_min: "<=", max: ">", strict_max: ">=" };
const BOUND_TEXT = { min: "at least", strict_min: "more than", max: "at most", strict_max: "less than" };

/** The kind `range`. */
export const range: KindDefinition = {
  kind: "range",
  columns: "one",
  positional: ["column", "min", "max", "strict_min", "strict_max"],
  params: { min: bound, max: bound, strict_min: bound, strict_max: bound, nan: z.enum(["fail", "ignore"]).default("fail") },
  tolerances: ["max_pct", "max_count"],
  filterable: true,
  defaultScope: () => "delta",
  findFault: (options) => {
    if (options.min !== undefined && options.strict_min !== undefined) return { option: "strict_min", message: "it excludes min" };
    if (options.max !== undefined && options.strict_max !== undefined) return { option: "strict_max", message: "it excludes max" };
    const lower = options.min ?? options.strict_min;
    const upper = options.max ?? options.strict_max;
    if (lower === undefined && upper === undefined) {
      return { option: null, message: "it has no bounds", hint: "Give at least one of min, max, strict_min, strict_max" };
    }
    if (typeof lower === "number" && typeof upper === "number" && lower > upper) {
      return { option: options.max === undefined ? "strict_max" : "max", message: "the upper bound is less than the lower one" };
    }
    return null;
  },
  typeFault: (spec, type) =>
    comparisonFault(type, { ordered: true }) ?? boundsOf(spec).map(([, value]) => valueFault(value, type)).find((fault) => fault !== null) ?? null,
  measure: (spec, source) => {
    const column = spec.columns[0]!;
    return {
      rows: countRows(source),
      present: countValues(source, column),
      outside: countWhere(source, outside(spec, source)),
      ...(hasNaN(source.types.get(column)) && { nan: countWhere(source, `isnan(${quoteName(column)})`) }),
    };
  },
  judge: (spec, { rows = 0, present = 0, outside = 0, nan }) => {
    const failedRows = outside + (spec.params.nan === "fail" ? nan ?? 0 : 0);
    const testedRows = present - (spec.params.nan === "ignore" ? nan ?? 0 : 0);
    const detail = nan ? `, ${countText(nan)} NaN` : "";
    return {
      failedRows,
      testedRows,
      metrics: { rows, nulls: rows - present, ...(nan !== undefined && { nan }) },
      observed: shareText(failedRows, testedRows) + detail,
    };
  },
  sampleQuery: (spec, source) => {
    const column = spec.columns[0]!;
    const nanFails = hasNaN(source.types.get(column)) && spec.params.nan === "fail";
    const predicate = nanFails ? `isnan(${quoteName(column)}) or (${outside(spec, source)})` : outside(spec, source);
    return selectRows(source, { predicate, limit: spec.sample });
  },
  demand: (spec) => `${spec.columns[0]} ${boundsOf(spec).map(([name, value]) => `${BOUND_TEXT[name]} ${valuesText([value])}`).join(" and ")}`,
};

function boundsOf({ params }: CheckSpec): [typeof BOUNDS[number], CheckValue][] {
  return BOUNDS.flatMap((name) => (params[name] === undefined ? [] : [[name, params[name] as CheckValue]]));
}

/** NaN is left out here: databases that have it sort it above every number. */
function outside(spec: CheckSpec, source: Source): string {
  const column = spec.columns[0]!;
  const type = source.types.get(column) ?? "string";
  const name = quoteName(column);
  const beyond = boundsOf(spec).map(([bound, value]) => `${name} ${OUTSIDE_OPERATOR[bound]} ${typedLiteral(value, type)}`).join(" or ");
  return hasNaN(type) ? `not isnan(${name}) and (${beyond})` : beyond;
}
