/**
 * The columns of somebody's SELECT, as a table would have them.
 *
 * @module
 */
import { TerminalError } from "@wap/core";
import { fromDuckDBType, hasNanoseconds } from "../duckdb/column_types.ts";
import { type Session, subquery } from "../duckdb/session.ts";
import { quoteName } from "../duckdb/sql.ts";
import { toSqlError } from "../reading/sql_error.ts";
import type { SourceColumn } from "../sources/inspection.ts";
import { castSql } from "../sources/source_sql.ts";
import { findDuplicateName } from "../table/schema.ts";
import type { Field } from "../table/types.ts";

/**
 * Finds the columns of a SELECT without running it.
 *
 * @param session A locked DuckDB in which the SELECT can run.
 * @param sql The SELECT, known to be one.
 * @returns Its columns.
 * @throws {TerminalError} If it is wrong, or two of its columns have the same name.
 */
export async function describeSelect(session: Session, sql: string): Promise<SourceColumn[]> {
  const described = await session.describe(sql).catch((error) => {
    throw toSqlError(error);
  });
  const duplicate = findDuplicateName(described.map(({ name }) => name));
  if (duplicate !== null) {
    throw new TerminalError(`Cannot make a table of the SQL: its columns "${duplicate[0]}" and "${duplicate[1]}" have the same name`, {
      code: "duplicate_column",
      hint: "Rename one of them with AS",
    });
  }
  return described.map(({ name, type }) => ({ name, type: fromDuckDBType(type), ...(hasNanoseconds(type) ? { exactType: type.toString() } : {}) }));
}

/** Writes the rows of a SELECT as the fields of a table, given in the order of its columns. */
export function selectAsFields(sql: string, { columns, fields }: { columns: readonly SourceColumn[]; fields: readonly Field[] }): string {
  const list = columns.map((column, index) => `${castSql(column, fields[index]!.type)} AS ${quoteName(fields[index]!.name)}`);
  return `SELECT ${list.join(", ")} FROM ${subquery(sql)}`;
}
