/**
 * Writing the rows of source files to data files in staging.
 *
 * @module
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Session } from "../duckdb/session.ts";
import { toSqlError } from "../reading/sql_error.ts";
import type { InspectedFile } from "../sources/agreement.ts";
import { toReadError } from "../sources/read_error.ts";
import { toStorageError } from "../storage/storage_error.ts";
import { type Schema, settleGuesses } from "../table/schema.ts";
import type { LedgerEntry } from "../table/state.ts";
import type { ProgressReporter } from "./import_progress.ts";
import { shapeImport } from "./import_shape.ts";
import { countValues, writeParquet, type WrittenFile } from "./parquet_writer.ts";
import type { ReadySource } from "./source_access.ts";
import type { WriteContext } from "./write_context.ts";

/** What {@linkcode writeSources} needs. */
export interface SourceRows {
  /** The source files. */
  sources: readonly ReadySource[];
  /** The columns of the table the rows are for. */
  schema: Schema;
  /** A SELECT over the files' rows. */
  transform: string | undefined;
  /** A folder of its own. */
  folder: string;
  /** Stops the work. */
  signal: AbortSignal | undefined;
  /** Told how far it is. */
  progress: ProgressReporter;
}

/** Rows in data files, and the columns of the table with them. */
export interface WrittenRows {
  /** The table's columns afterwards. */
  schema: Schema;
  /** The data files. */
  files: WrittenFile[];
  /** What to note of the source files, by URI. */
  sources: Record<string, LedgerEntry>;
}

/**
 * Writes the rows of source files in the shape of a table.
 *
 * @param context The lakehouse.
 * @param rows The files, the table and the folder.
 * @returns What was written.
 * @throws {TerminalError} If a file cannot be read, or the table cannot take it.
 */
export async function writeSources(context: WriteContext, rows: SourceRows): Promise<WrittenRows> {
  const { sources, schema, transform, signal, progress } = rows;
  const outputFolder = join(rows.folder, "rows");
  await mkdir(outputFolder);
  using session = await Session.open({ tempDirectory: join(rows.folder, "spill"), anyOrder: true, signal });
  const inspected: InspectedFile[] = [];
  for (const source of sources) inspected.push(await context.sources.inspect(session, source, signal));
  const { evolution, select } = await shapeImport(session, { files: inspected, schema, transform, workFolder: rows.folder });
  try {
    const files = await writeParquet(session, { select, fields: evolution.targets, folder: outputFolder, onProgress: (part) => progress.update(part) });
    const settled = settleGuesses(evolution.schema, {
      targets: evolution.targets,
      known: schema.fields,
      hasValue: (field) => countValues(files, field) > 0,
      fromText: inspected.every(({ inspection }) => inspection.layout.format !== "parquet"),
    });
    return { schema: settled, files, sources: noteSources(sources, inspected) };
  } catch (error) {
    signal?.throwIfAborted();
    const names = sources.map(({ name }) => name).join('", "');
    throw toStorageError(error, context.root) ?? (transform === undefined ? toReadError(error, names) : toSqlError(error));
  }
}

function noteSources(sources: readonly ReadySource[], inspected: readonly InspectedFile[]): Record<string, LedgerEntry> {
  return Object.fromEntries(sources.map(({ uri, fingerprint, size }, index) => [uri, { fingerprint, size, records: inspected[index]!.inspection.rows }]));
}
