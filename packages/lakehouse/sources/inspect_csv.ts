/**
 * Looking into a CSV file: all of it is read, so that no value is met later that does not fit.
 *
 * @module
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Session } from "../duckdb/session.ts";
import { quoteName } from "../duckdb/sql.ts";
import { type CsvDialect, readDialect, readHead } from "./csv_dialect.ts";
import { checkColumnNames } from "./column_names.ts";
import type { Inspection, LocalFile } from "./inspection.ts";
import { unifyLineEndings } from "./line_endings.ts";
import { type Layout, readerSql } from "./readers.ts";
import { kindsSql, typeOfKinds } from "./text_kinds.ts";

/** Where copies go, and what stops the work. */
export interface InspectOptions {
  /** A folder for mended copies of files. */
  stagingFolder: string;
  /** Stops the work. */
  signal?: AbortSignal;
}

/** Reads a CSV file and finds the narrowest type for each column. */
export async function inspectCsv(session: Session, file: LocalFile, options: InspectOptions): Promise<Inspection> {
  const head = await readHead(file.path);
  const dialect = readDialect(head, file.name);
  checkColumnNames(dialect.names, file.name);
  const layout: Layout = { format: "csv", gzip: head.gzip, delimiter: dialect.delimiter };
  try {
    return await readKinds(session, { path: file.path, layout, dialect });
  } catch (error) {
    options.signal?.throwIfAborted();
    const path = join(options.stagingFolder, `lines-${file.fingerprint}.csv`);
    if (!await unifyLineEndings(file.path, path, { gzip: head.gzip, signal: options.signal })) {
      await rm(path);
      throw error;
    }
    return await readKinds(session, { path, layout: { ...layout, gzip: false }, dialect });
  }
}

async function readKinds(session: Session, source: { path: string; layout: Layout; dialect: CsvDialect }): Promise<Inspection> {
  const { path, layout, dialect } = source;
  // Columns are read by position, so that names that differ in case only do not get in the way here.
  const columns = dialect.names.map((_, index) => ({ name: `c${index}`, type: "string" }));
  const kinds = columns.map(({ name }) => `${kindsSql(quoteName(name))} AS ${quoteName(name)}`);
  const [row] = await session.rows(`SELECT count(*) AS rows, ${kinds.join(", ")} FROM ${readerSql(layout, { paths: [path], columns })}`);
  return {
    path,
    layout,
    columns: dialect.names.map((name, index) => {
      const kinds = Number(row![`c${index}`]);
      return { name, kinds, type: typeOfKinds(kinds) };
    }),
    rows: Number(row!.rows),
  };
}
