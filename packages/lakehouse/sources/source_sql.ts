/**
 * The rows of many files as one SELECT with one set of columns.
 *
 * @module
 */
import { toDuckDBType } from "../duckdb/column_types.ts";
import { quoteName, quoteText } from "../duckdb/sql.ts";
import { findColumn } from "../table/schema.ts";
import { type FieldType, formatType, type NamedType } from "../table/types.ts";
import type { InspectedFile } from "./agreement.ts";
import type { Inspection, SourceColumn } from "./inspection.ts";
import { readerSql } from "./readers.ts";

/**
 * Writes the SELECT of all files' rows. Files that are written alike are read together, so that many small ones cost little.
 *
 * @param files The files.
 * @param columns The columns they agreed on; one that a file does not have is NULL.
 * @returns The SQL.
 */
export function selectSources(files: readonly InspectedFile[], columns: readonly NamedType[]): string {
  const groups = Map.groupBy(files.map(({ inspection }) => inspection), signatureOf);
  return [...groups.values()].map((group) => selectGroup(group, columns)).join("\nUNION ALL ");
}

function signatureOf({ layout, columns }: Inspection): string {
  return JSON.stringify([layout, columns.map(({ name, type, exactType }) => [name, layout.format === "parquet" ? formatType(type) : "", exactType])]);
}

function selectGroup(group: readonly Inspection[], columns: readonly NamedType[]): string {
  const { layout, columns: found } = group[0]!;
  const wanted = columns.map((column) => ({ ...column, source: findColumn(found, column.name) }));
  const readAs = found.map((column) => ({ name: column.name, type: readAsType(column, wanted.find(({ source }) => source === column)?.type) }));
  const list = wanted.map(({ name, type, source }) => `${castSql(source, type)} AS ${quoteName(name)}`);
  return `SELECT ${list.join(", ")} FROM ${readerSql(layout, { paths: group.map(({ path }) => path), columns: readAs })}`;
}

/** What a column of a text file is read as: as text, cast afterwards as it was looked at, unless it is nested. */
function readAsType({ kinds }: SourceColumn, type: FieldType = "string"): FieldType {
  return kinds === undefined ? type : "string";
}

/**
 * Writes the cast of a column to a type that takes its values; fails on a time finer than the type has.
 *
 * @param source The column; undefined where there is none, which is NULL.
 * @param type The type.
 * @returns The SQL.
 */
export function castSql(source: Pick<SourceColumn, "name" | "exactType"> | undefined, type: FieldType): string {
  const target = toDuckDBType(type);
  if (source === undefined) return `CAST(NULL AS ${target})`;
  const value = quoteName(source.name);
  const cast = `CAST(${value} AS ${target})`;
  if (source.exactType === undefined) return cast;
  const message = `column "${source.name}" has times finer than a microsecond`;
  return `CASE WHEN CAST(${cast} AS ${source.exactType}) IS DISTINCT FROM ${value} THEN error(${quoteText(message)}) ELSE ${cast} END`;
}
