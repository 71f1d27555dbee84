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
export function countRows(source: Source): Figure {
  return { from: source.from, select: source.where === null ? "count(*)" : `count(*) filter (where ${source.where})` };
}

/** The number of rows of a source for which a predicate is true. */
export function countWhere(source: Source, predicate: string): Figure {
  return { from: source.from, select: `count(*) filter (where ${allOf(source.where, predicate)})` };
}

/** The number of rows of a source that have a value in a column. */
export function countValues(source: Source, column: string): Figure {
  if (source.where !== null) return countWhere(source, `${quoteName(column)} is not null`);
  return { from: source.from, select: `count(${quoteName(column)})` };
}

/** Whether an aggregate may be answered from file statistics alone, without reading rows. */
export function isStatistic(figure: Figure): boolean {
  return figure.select === "count(*)" || /^count\("(?:[^"]|"")*"\)$/.test(figure.select);
}

/** The query for at most `limit` rows of a source for which a predicate is true. */
export function selectRows(source: Source, options: { predicate: string; limit: number }): string {
  return `select * from ${source.from} where ${allOf(source.where, options.predicate)} limit ${options.limit}`;
}

/** Predicates joined by AND, each in parentheses; null ones are left out. */
export function allOf(...predicates: (string | null)[]): string {
  return predicates.filter((predicate) => predicate !== null).map((predicate) => `(${predicate})`).join(" and ");
}
