/**
 * Looking into a JSON file: DuckDB reads all of it for its structure, and its single values once more for what they mean.
 *
 * @module
 */
import { DuckDBTypeId } from "@duckdb/node-api";
import { fromDuckDBType } from "../duckdb/column_types.ts";
import type { ResultColumn, Session } from "../duckdb/session.ts";
import { quoteName, quoteTexts } from "../duckdb/sql.ts";
import { type FieldType, listOf, mapOf, structOf } from "../table/types.ts";
import { readHead } from "./csv_dialect.ts";
import { checkColumnNames } from "./column_names.ts";
import type { Inspection, LocalFile, SourceColumn } from "./inspection.ts";
import { compressionOption, type Layout, readerSql } from "./readers.ts";
import { kindsSql, typeOfKinds, typeOfQuotedKinds } from "./text_kinds.ts";

/** Nested text is text: DuckDB takes `01-02-2020` for a date too. */
const TEXT_IN_DISGUISE = ["date", "time", "timestamp", "timestamptz", "uuid"];
const NUMBER_TYPES = [DuckDBTypeId.BIGINT, DuckDBTypeId.UBIGINT, DuckDBTypeId.HUGEINT, DuckDBTypeId.DOUBLE];
const RENAMED_REGEXP = /^(.+)_\d+$/;

/** Reads a JSON file, of objects one a line or in an array, and finds the narrowest type for each column. */
export async function inspectJson(session: Session, { path, name }: LocalFile): Promise<Inspection> {
  const { gzip } = await readHead(path);
  const layout: Layout = { format: "json", gzip, lines: /\.(jsonl|ndjson)(\.gz)?$/i.test(name) };
  const described = await session.describe(`SELECT * FROM ${sniffSql(layout, path)}`);
  const names = await findNames(session, { path, layout, described });
  checkColumnNames(names, name);
  const single = described.flatMap(({ type }, index) => typeof fromDuckDBType(type) === "string" ? [names[index]!] : []);
  const read = single.length > 0 ? single : names.slice(0, 1);
  const source = readerSql(layout, { paths: [path], columns: read.map((name) => ({ name, type: "string" })) });
  const kinds = read.map((name) => `${kindsSql(quoteName(name))} AS ${quoteName(name)}`);
  const [row] = await session.rows(`SELECT count(*) AS "rows of the file", ${kinds.join(", ")} FROM ${source}`);
  const columns = described.map(({ type }, index): SourceColumn => {
    const name = names[index]!;
    return single.includes(name) ? toSingleColumn({ name, type }, Number(row![name])) : { name, type: nestedType(fromDuckDBType(type)) };
  });
  return { path, layout, columns, rows: Number(row!["rows of the file"]) };
}

function sniffSql(layout: Layout, path: string): string {
  const options = [compressionOption(layout), `format = ${layout.lines ? "'newline_delimited'" : "'auto'"}`, "records = true"];
  return `read_json(${[quoteTexts([path]), "sample_size = -1", "hive_partitioning = false", ...options].join(", ")})`;
}

/** The keys as they are in the file: DuckDB renames those that differ from another in case only. */
async function findNames(session: Session, { path, layout, described }: { path: string; layout: Layout; described: ResultColumn[] }): Promise<string[]> {
  const found = new Set(described.map(({ name }) => name.toLowerCase()));
  const doubtful = described.filter(({ name }) => found.has(RENAMED_REGEXP.exec(name)?.[1]?.toLowerCase() ?? ""));
  if (doubtful.length === 0) return described.map(({ name }) => name);
  const objects = `read_json_objects(${quoteTexts([path])}, ${compressionOption(layout)})`;
  const [row] = await session.rows(`SELECT list_distinct(flatten(list(json_keys(json)))) AS keys FROM ${objects}`);
  const keys = new Set(row!.keys as string[]);
  return described.map(({ name }) =>
    keys.has(name) ? name : [...keys].find((key) => key.toLowerCase() === RENAMED_REGEXP.exec(name)?.[1]?.toLowerCase()) ?? name
  );
}

function toSingleColumn({ name, type }: ResultColumn, kinds: number): SourceColumn {
  const isNumber = NUMBER_TYPES.includes(type.typeId);
  const found = isNumber || type.typeId === DuckDBTypeId.BOOLEAN ? typeOfKinds(kinds) : typeOfQuotedKinds(kinds);
  return { name, kinds, type: found };
}

function nestedType(type: FieldType): FieldType {
  if (typeof type === "string") return TEXT_IN_DISGUISE.includes(type) ? "string" : type;
  if (type.type === "list") return listOf(nestedType(type.element));
  if (type.type === "map") return mapOf(nestedType(type.key), nestedType(type.value));
  return structOf(type.fields.map((field) => ({ name: field.name, type: nestedType(field.type) })));
}
