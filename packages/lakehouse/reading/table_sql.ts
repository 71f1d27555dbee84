/**
 * The rows of a table as SQL.
 *
 * @module
 */
import { readSchemaOf, toDuckDBType } from "../duckdb/column_types.ts";
import { quoteName, quoteTexts } from "../duckdb/sql.ts";
import type { Field } from "../table/types.ts";

/**
 * Writes the SELECT of a table's rows. Columns are found by id, so files written before a column was added have NULL in it.
 *
 * @param fields The columns wanted.
 * @param paths The absolute paths of the data files.
 * @returns The SQL.
 */
export function selectTable(fields: readonly Field[], paths: readonly string[]): string {
  const columns = fields.map((field) => quoteName(field.name)).join(", ");
  if (paths.length > 0) {
    return `SELECT ${columns} FROM read_parquet(${quoteTexts(paths)}, schema = ${readSchemaOf(fields)}, hive_partitioning = false)`;
  }
  const nulls = fields.map((field) => `CAST(NULL AS ${toDuckDBType(field.type)}) AS ${quoteName(field.name)}`);
  return `SELECT ${nulls.join(", ")} WHERE false`;
}
