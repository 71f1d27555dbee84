/**
 * `not_null`: no NULL in the columns. A row violates it when any of them is NULL; NaN and empty text are values. Percentages are of all rows.
 *
 * @module
 */
import type { KindDefinition } from "./kind.ts";
import { countRows, countValues, countWhere, quoteName, selectRows } from "./sql.ts";
import { shareText } from "./wording.ts";

/** The kind `not_null`. */
export const notNull: KindDefinition = {
  kind: "not_null",
  columns: "many",
  positional: ["columns", "max_pct", "max_count"],
  params: {},
  tolerances: ["max_pct", "max_count"],
  filterable: true,
  defaultScope: () => "delta",
  measure: ({ columns }, source) => ({
    rows: countRows(source),
    present: columns.length === 1
      ? countValues(source, columns[0]!)
      : countWhere(source, columns.map((column) => `${quoteName(column)} is not null`).join(" and ")),
  }),
  judge: (_spec, { rows = 0, present = 0 }) => ({
    failedRows: rows - present,
    testedRows: rows,
    metrics: { rows, nulls: rows - present },
    observed: shareText(rows - present, rows),
  }),
  sampleQuery: (spec, source) =>
    selectRows(source, { predicate: spec.columns.map((column) => `${quoteName(column)} is null`).join(" or "), limit: spec.sample }),
  demand: ({ columns }) => `no NULL in ${columns.join(", ")}`,
};
