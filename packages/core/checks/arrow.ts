/**
 * `arrow`: a function of the flow's own code that is given columns as Arrow record batches. It cannot be written in a flow file, and takes no `where`.
 *
 * Its figures do not come from SQL but from the function (`arrow_run.ts`); SQL only counts the rows there are, for percentages.
 *
 * @module
 */
import type { KindDefinition } from "./kind.ts";
import { countRows } from "./sql.ts";
import { shareText } from "./wording.ts";

/** The kind `arrow`. */
export const arrow: KindDefinition = {
  kind: "arrow",
  columns: "many",
  positional: ["columns"],
  params: {},
  tolerances: ["max_pct", "max_count"],
  filterable: false,
  defaultScope: () => "delta",
  measure: (_spec, source) => ({ rows: countRows(source) }),
  judge: (_spec, { rows = 0, failed = 0 }) => ({
    failedRows: failed,
    testedRows: rows,
    metrics: { rows },
    observed: shareText(failed, rows),
  }),
  sampleQuery: () => null,
  demand: ({ columns }) => `the flow's own test of ${columns.join(", ")}`,
};
