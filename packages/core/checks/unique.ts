/**
 * `unique`: no two rows with the same values in the columns.
 *
 * Rows in which all columns are NULL are not tested. In several columns NULL equals NULL, unless `nulls: distinct`: then rows with any NULL are not tested.
 * What is tolerated, and called failed, are the excess rows: those beyond the first of each value.
 *
 * @module
 */
import * as z from "zod";
import type { CheckSpec } from "../check.ts";
import type { KindDefinition, Source } from "./kind.ts";
import { conditionOf, countRows, quoteName } from "./sql.ts";
import { countOf, countText, shareText } from "./wording.ts";

const GROUP_SIZE = '"wap_group_size"';

/** The kind `unique`. */
export const unique: KindDefinition = {
  kind: "unique",
  columns: "many",
  positional: ["columns", "max_excess", "max_pct"],
  params: { nulls: z.enum(["equal", "distinct"]).default("equal") },
  tolerances: ["max_excess", "max_pct", "max_count"],
  filterable: true,
  defaultScope: () => "table",
  measure: (spec, source) => {
    const from = `(select count(*) as ${GROUP_SIZE} from ${source.from} where ${testedRows(spec, source)} group by ${keyList(spec)}) as "groups"`;
    return {
      rows: countRows(source),
      tested: { from, select: `cast(coalesce(sum(${GROUP_SIZE}), 0) as bigint)` },
      distinct: { from, select: "count(*)" },
      dupValues: { from, select: `count(*) filter (where ${GROUP_SIZE} > 1)` },
      dupRows: { from, select: `cast(coalesce(sum(${GROUP_SIZE}) filter (where ${GROUP_SIZE} > 1), 0) as bigint)` },
    };
  },
  judge: (_spec, { rows = 0, tested = 0, distinct = 0, dupValues = 0, dupRows = 0 }) => {
    const excessRows = tested - distinct;
    const detail = excessRows === 0 ? "" : `, ${countOf(dupValues, "value")} in ${countText(dupRows)} rows`;
    return {
      failedRows: excessRows,
      testedRows: tested,
      metrics: { rows, nulls: rows - tested, distinct, dup_values: dupValues, dup_rows: dupRows, excess_rows: excessRows },
      observed: `${shareText(excessRows, tested)} in excess${detail}`,
    };
  },
  sampleQuery: (spec, source) => {
    const keys = keyList(spec);
    const tested = `from ${source.from} where ${testedRows(spec, source)}`;
    const sameKeys = spec.columns.map((column) => `"duplicates".${quoteName(column)} is not distinct from "rows".${quoteName(column)}`).join(" and ");
    return `select * from (select * ${tested}) as "rows" where exists (select 1 from (select ${keys} ${tested} group by ${keys} having count(*) > 1 ` +
      `limit ${spec.sample}) as "duplicates" where ${sameKeys}) order by ${keys} limit ${spec.sample}`;
  },
  demand: ({ columns, params }) => `unique ${columns.join(", ")}${params.nulls === "distinct" ? ", each NULL distinct" : ""}`,
};

function keyList({ columns }: CheckSpec): string {
  return columns.map(quoteName).join(", ");
}

function testedRows({ columns, params }: CheckSpec, source: Source): string {
  const any = params.nulls === "distinct" ? " and " : " or ";
  return conditionOf(source, columns.map((column) => `${quoteName(column)} is not null`).join(any));
}
