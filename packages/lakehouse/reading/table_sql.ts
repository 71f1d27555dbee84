/**
 * The rows of a table as SQL.
 *
 * @module
 */
import { readSchemaOf, toDuckDBType } from "../duckdb/column_types.ts";
import { quoteName, quoteTexts } from "../duckdb/sql.ts";
import type { Relation } from "./table_reader.ts";

/**
 * Writes the SELECT of a relation's rows. Columns are found by id, so files written before a column was added have NULL in it.
 *
 * Where every file has just the columns that the table has now, they are found by name: the same rows, but DuckDB then knows the columns' statistics, which
 * makes a GROUP BY of many values twice as fast.
 *
 * @param relation The columns wanted, and the files.
 * @returns The SQL.
 */
export function selectTable({ fields, paths, isUniform }: Relation): string {
  const columns = fields.map((field) => quoteName(field.name)).join(", ");
  if (paths.length > 0) {
    const schema = isUniform ? "" : `schema = ${readSchemaOf(fields)}, `;
    return `SELECT ${columns} FROM read_parquet(${quoteTexts(paths)}, ${schema}hive_partitioning = false)`;
  }
  const nulls = fields.map((field) => `CAST(NULL AS ${toDuckDBType(field.type)}) AS ${quoteName(field.name)}`);
  return `SELECT ${nulls.join(", ")} WHERE false`;
}
