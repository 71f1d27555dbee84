/**
 * The SQL that reads source files. Every option is stated: what DuckDB would guess, it would guess from the beginning of a file.
 *
 * @module
 */
import type { FileFormat } from "@wap/core";
import { toDuckDBType } from "../duckdb/column_types.ts";
import { quoteText, quoteTexts, structLiteral } from "../duckdb/sql.ts";
import type { NamedType } from "../table/types.ts";

/** How a file is to be read. Files with equal layouts can be read together. */
export interface Layout {
  /** Its format. */
  format: FileFormat;
  /** Whether it is compressed with gzip as a whole. */
  gzip?: boolean;
  /** What stands between the values of a CSV file. */
  delimiter?: string;
  /** Whether a JSON file has one object on each line; otherwise DuckDB finds out. */
  lines?: boolean;
}

/**
 * Writes the SQL relation of some files' rows.
 *
 * @param layout How the files are written.
 * @param options Their paths; the columns of a text file with the types to read them as, which a CSV file needs all of and in order.
 * @returns The SQL of a table function.
 */
export function readerSql(layout: Layout, options: { paths: readonly string[]; columns: readonly NamedType[] }): string {
  const columns = structLiteral(options.columns.map(({ name, type }) => [name, quoteText(toDuckDBType(type))]));
  const compression = compressionOption(layout);
  const list = [quoteTexts(options.paths), "hive_partitioning = false"];
  switch (layout.format) {
    case "parquet":
      return `read_parquet(${list.join(", ")})`;
    case "json":
      return `read_json(${
        [...list, compression, `format = ${layout.lines ? "'newline_delimited'" : "'auto'"}`, "records = true", `columns = ${columns}`].join(", ")
      })`;
    case "csv":
      return `read_csv(${[...list, compression, ...csvOptions(layout.delimiter!), `columns = ${columns}`].join(", ")})`;
  }
}

function csvOptions(delimiter: string): string[] {
  // `new_line` is not stated: with a value the file does not have, DuckDB 1.5 reads no row and raises no error.
  return ["auto_detect = false", "header = true", "strict_mode = true", `delim = ${quoteText(delimiter)}`, `quote = '"'`, `escape = '"'`];
}

/** The compression of a text file; the ending of its name is not asked. */
export function compressionOption({ gzip }: Layout): string {
  return `compression = ${gzip ? "'gzip'" : "'uncompressed'"}`;
}
