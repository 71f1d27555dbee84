/**
 * `expression`: an SQL predicate that holds for every row, over the table's columns written plain or as `table.column`.
 *
 * A row for which it is NULL is skipped and counted, and percentages are of the other rows; with `nulls: fail` such a row violates, and percentages are of all rows.
 *
 * @module
 */
import * as z from "zod";
import type { CheckSpec } from "../check.ts";
import type { KindDefinition } from "./kind.ts";
import { predicateOption } from "./option_types.ts";
import { countRows, countWhere, selectRows } from "./sql.ts";
import { embedSql, shortenSql } from "./user_sql.ts";
import { countText, shareText } from "./wording.ts";

/** The kind `expression`. */
export const expression: KindDefinition = {
  kind: "expression",
  columns: "none",
  positional: ["sql", "max_pct", "max_count"],
  params: { sql: predicateOption, nulls: z.enum(["skip", "fail"]).default("skip") },
  tolerances: ["max_pct", "max_count"],
  filterable: true,
  defaultScope: () => "delta",
  describe: (spec) => shortenSql(sqlOf(spec)),
  measure: (spec, source) => ({
    rows: countRows(source),
    violated: countWhere(source, `${embedSql(sqlOf(spec))} is false`),
    skipped: countWhere(source, `${embedSql(sqlOf(spec))} is null`),
  }),
  judge: (spec, { rows = 0, violated = 0, skipped = 0 }) => {
    const nullsFail = spec.params.nulls === "fail";
    const [failedRows, testedRows] = nullsFail ? [violated + skipped, rows] : [violated, rows - skipped];
    const detail = skipped === 0 ? "" : `, ${countText(skipped)} ${nullsFail ? "of them NULL" : "skipped as NULL"}`;
    return { failedRows, testedRows, metrics: { rows, skipped }, observed: shareText(failedRows, testedRows) + detail };
  },
  sampleQuery: (spec, source) =>
    selectRows(source, { predicate: `${embedSql(sqlOf(spec))} is ${spec.params.nulls === "fail" ? "not true" : "false"}`, limit: spec.sample }),
  demand: (spec) => shortenSql(sqlOf(spec), 200),
};

function sqlOf({ params }: CheckSpec): string {
  return params.sql as string;
}
