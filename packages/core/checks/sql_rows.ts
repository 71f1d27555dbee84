/**
 * `sql_rows`: one SELECT that returns the violating rows; no rows, and the check passes.
 *
 * In it `{table}` stands for the rows the check looks at: those this run added, or with `scope: table` all of them. A query that does not name `{table}` reads
 * what it names as it is on the branch; its scope is `table`, and there is no number of rows that a percentage could be of.
 *
 * @module
 */
import type { CheckSpec } from "../check.ts";
import type { KindDefinition, Source } from "./kind.ts";
import { queryOption } from "./option_types.ts";
import { countRows } from "./sql.ts";
import { embedSql, namesTable, shortenSql } from "./user_sql.ts";
import { countOf, shareText } from "./wording.ts";

/** The kind `sql_rows`. */
export const sqlRows: KindDefinition = {
  kind: "sql_rows",
  columns: "none",
  positional: ["query", "max_pct", "max_count"],
  params: { query: queryOption },
  tolerances: ["max_pct", "max_count"],
  filterable: false,
  defaultScope: ({ query }) => (namesTable(query as string) ? "delta" : "table"),
  findFault: (options) => {
    if (namesTable(options.query as string)) return null;
    if (options.scope === "delta") return { option: "scope", message: "the query does not name {table}", hint: "Select from {table}, or leave scope away" };
    const percent = [options, options.warn, options.fail].some((threshold) => (threshold as { max_pct?: number } | undefined)?.max_pct !== undefined);
    return percent ? { option: "max_pct", message: "the query does not name {table}", hint: "Select from {table}, or tolerate a max_count" } : null;
  },
  describe: (spec) => shortenSql(queryOf(spec)),
  measure: (spec, source) => ({
    returned: { from: fromQuery(spec, source), select: "count(*)" },
    ...(namesTable(queryOf(spec)) && { rows: countRows(source) }),
  }),
  judge: (_spec, { returned = 0, rows }) => ({
    failedRows: returned,
    testedRows: rows ?? null,
    metrics: { ...(rows !== undefined && { rows }) },
    observed: rows === undefined ? `${countOf(returned, "row")} returned` : shareText(returned, rows),
  }),
  sampleQuery: (spec, source) => `select * from ${fromQuery(spec, source)} limit ${spec.sample}`,
  demand: (spec) => `no rows from ${shortenSql(queryOf(spec), 200)}`,
};

function queryOf({ params }: CheckSpec): string {
  return params.query as string;
}

function fromQuery(spec: CheckSpec, source: Source): string {
  return `${embedSql(queryOf(spec), { table: source.relation })} as "violations"`;
}
