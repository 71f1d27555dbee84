/**
 * The SQL that checks are made of: quoted names and text, counts of rows.
 *
 * It keeps to what DuckDB and DataFusion both read.
 *
 * @module
 */
import type { TableName } from "../names.ts";
import type { Figure, Source } from "./kind.ts";

/** A name as an SQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Text as an SQL string. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A table as an SQL relation. */
export function quoteTable(table: TableName): string {
  return `${quoteName(table.namespace)}.${quoteName(table.name)}`;
}

/** The number of rows of a source. */
export function countRows({ from, where }: Source): Figure {
  return { from, select: where === null ? "count(*)" : `count(*) filter (where ${where})` };
}

/** The number of rows of a source for which a predicate is true. */
export function countWhere(source: Source, predicate: string): Figure {
  return { from: source.from, select: `count(*) filter (where ${conditionOf(source, predicate)})` };
}

/** The number of rows of a source that have a value in a column. */
export function countValues(source: Source, column: string): Figure {
  if (source.where !== null) return countWhere(source, `${quoteName(column)} is not null`);
  return { from: source.from, select: `count(${quoteName(column)})` };
}

/** The query for at most `limit` rows of a source for which a predicate is true. */
export function selectRows(source: Source, options: { predicate: string; limit: number }): string {
  return `select * from ${source.from} where ${conditionOf(source, options.predicate)} limit ${options.limit}`;
}

/** A predicate together with the source's own condition. */
export function conditionOf({ where }: Source, predicate: string): string {
  return where === null ? predicate : `${where} and (${predicate})`;
}
