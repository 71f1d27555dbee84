/**
 * `row_count`: how many rows there are, bounds included.
 *
 * @module
 */
import * as z from "zod";
import type { CheckSpec } from "../check.ts";
import type { KindDefinition } from "./kind.ts";
import { countRows } from "./sql.ts";
import { countOf, countText } from "./wording.ts";

const bound = z.int().min(0).optional();

/** The kind `row_count`. */
export const rowCount: KindDefinition = {
  kind: "row_count",
  columns: "none",
  positional: ["min", "max", "eq"],
  params: { min: bound, max: bound, eq: bound },
  tolerances: [],
  filterable: true,
  defaultScope: () => "delta",
  findFault: ({ min, max, eq }) => {
    if (eq !== undefined && (min !== undefined || max !== undefined)) return { option: "eq", message: "it excludes min and max" };
    if (eq === undefined && min === undefined && max === undefined) {
      return { option: null, message: "it demands nothing", hint: "Say how many rows there must be with min, max or eq" };
    }
    return typeof min === "number" && typeof max === "number" && min > max ? { option: "max", message: "it is less than min" } : null;
  },
  describe: ({ params }) => Object.entries(params).map(([name, value]) => `${name}=${value}`).join(", "),
  measure: (_spec, source) => ({ rows: countRows(source) }),
  judge: (spec, { rows = 0 }) => {
    const { min = 0, max = Infinity } = boundsOf(spec);
    return { failedRows: null, testedRows: rows, metrics: { rows }, observed: countOf(rows, "row"), met: rows >= min && rows <= max };
  },
  sampleQuery: () => null,
  demand: (spec) => {
    const { min, max } = boundsOf(spec);
    if (min !== undefined && min === max) return `exactly ${countOf(min, "row")}`;
    if (max === undefined) return `at least ${countOf(min ?? 0, "row")}`;
    return min === undefined ? `at most ${countOf(max, "row")}` : `${countText(min)} to ${countOf(max, "row")}`;
  },
};

function boundsOf({ params }: CheckSpec): { min?: number; max?: number } {
  const { min, max, eq } = params as { min?: number; max?: number; eq?: number };
  return eq === undefined ? { min, max } : { min: eq, max: eq };
}
