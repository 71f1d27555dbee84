/**
 * Looking into a Parquet file: its footer says it all.
 *
 * @module
 */
import { fromDuckDBType, hasNanoseconds } from "../duckdb/column_types.ts";
import type { Session } from "../duckdb/session.ts";
import { quoteText } from "../duckdb/sql.ts";
import { checkColumnNames } from "./column_names.ts";
import type { Inspection, LocalFile } from "./inspection.ts";
import { type Layout, readerSql } from "./readers.ts";

const LAYOUT: Layout = { format: "parquet" };

/** Reads the columns and the number of rows of a Parquet file. */
export async function inspectParquet(session: Session, { path, name }: LocalFile): Promise<Inspection> {
  const described = await session.describe(`SELECT * FROM ${readerSql(LAYOUT, { paths: [path], columns: [] })}`);
  const [counted] = await session.rows(`SELECT num_rows AS rows FROM parquet_file_metadata(${quoteText(path)})`);
  const names = await readColumnNames(session, path);
  checkColumnNames(names, name);
  const columns = described.map(({ type }, index) => ({
    name: names[index]!,
    type: fromDuckDBType(type),
    ...(hasNanoseconds(type) ? { exactType: type.toString() } : {}),
  }));
  return { path, layout: LAYOUT, columns, rows: Number(counted!.rows) };
}

/** The names as they are in the file: DuckDB renames those that differ from another in case only. */
async function readColumnNames(session: Session, path: string): Promise<string[]> {
  const elements = await session.rows(`SELECT name, coalesce(num_children, 0) AS children FROM parquet_schema(${quoteText(path)})`);
  const names: string[] = [];
  let nested = 0;
  for (const { name, children } of elements.slice(1)) {
    if (nested === 0) names.push(String(name));
    else nested--;
    nested += Number(children);
  }
  return names;
}
