/**
 * Looking into source files of any format.
 *
 * @module
 */
import { type FileFormat, TerminalError } from "@wap/core";
import type { Session } from "../duckdb/session.ts";
import { inspectCsv } from "./inspect_csv.ts";
import { inspectJson } from "./inspect_json.ts";
import { inspectParquet } from "./inspect_parquet.ts";
import type { Inspection, LocalFile } from "./inspection.ts";
import { toReadError } from "./read_error.ts";

/** What {@linkcode inspectFile} needs besides the file. */
export interface InspectOptions {
  /** How the file is written. */
  format: FileFormat;
  /** Its bytes. */
  size: number;
  /** A folder for mended copies of files. */
  stagingFolder: string;
  /** Stops the work. */
  signal?: AbortSignal;
}

/**
 * Looks into a source file: how it is written, its columns and their types, its rows.
 *
 * @param session A DuckDB that may read the file.
 * @param file The file.
 * @param options Its format and where mended copies go.
 * @returns What there is to know for reading it.
 * @throws {TerminalError} If it is empty, damaged, without columns, or has names that differ in case only.
 */
export async function inspectFile(session: Session, file: LocalFile, options: InspectOptions): Promise<Inspection> {
  if (options.size === 0) throw new TerminalError(`Cannot read "${file.name}": it is empty`, { code: "empty_file", hint: "Leave it out, or write it again" });
  try {
    return await inspectFormat(session, file, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw toReadError(error, file.name);
  }
}

function inspectFormat(session: Session, file: LocalFile, options: InspectOptions): Promise<Inspection> {
  switch (options.format) {
    case "parquet":
      return inspectParquet(session, file);
    case "csv":
      return inspectCsv(session, file, options);
    case "json":
      return inspectJson(session, file);
  }
}
