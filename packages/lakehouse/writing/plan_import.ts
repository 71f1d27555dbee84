/**
 * Settling what an import will do. Nothing is written.
 *
 * @module
 */
import { formatTableName, type ImportPlan, type ImportRequest, type PlannedFile, TerminalError } from "@wap/core";
import { Session } from "../duckdb/session.ts";
import type { InspectedFile } from "../sources/agreement.ts";
import { findSources } from "../sources/source_file.ts";
import { emptySchema } from "../table/schema.ts";
import { ledgersIn, type TableVersion } from "../table/state.ts";
import { toColumn } from "../table/types.ts";
import { shapeImport } from "./import_shape.ts";
import type { ReadySource } from "./source_access.ts";
import type { WriteContext } from "./write_context.ts";

/** Options of {@linkcode planImport}. */
export interface PlanOptions {
  /** The ref whose table the files are compared with. */
  ref: string;
  /** Stops the work. */
  signal?: AbortSignal;
}

/**
 * Plans an import.
 *
 * @param context The lakehouse.
 * @param request What to import.
 * @param options The ref whose table the files are compared with, and the signal that stops the work.
 * @returns The plan.
 * @throws {TerminalError} If a file is not there or cannot be read, files disagree, or the table cannot take them.
 */
export async function planImport(context: WriteContext, request: ImportRequest, options: PlanOptions): Promise<ImportPlan> {
  const { signal } = options;
  const version = context.tables.find(request.table, context.catalog.resolve(options.ref));
  const sources: ReadySource[] = [];
  for (const source of await findSources(request.from, { format: request.format })) sources.push(await context.sources.prepare(source, signal));
  const statusOf = statusFinder(context, { request, version });
  const files = sources.map((source): PlannedFile => {
    const { uri, size, fingerprint, format } = source;
    return { uri, size, fingerprint, format, status: statusOf(source) };
  });
  const news = sources.filter((_, index) => files[index]!.status === "new");
  if (news.length === 0) return { request, files, columns: [], addedColumns: [] };
  const schema = version?.state.schema ?? emptySchema();
  await using folder = await context.staging.open();
  using session = await Session.open({ tempDirectory: folder.path, signal });
  const inspected: InspectedFile[] = [];
  for (const source of news) inspected.push(await context.sources.inspect(session, source, signal));
  const { evolution } = await shapeImport(session, { files: inspected, schema, transform: request.transform });
  return { request, files, columns: evolution.targets.map(toColumn), addedColumns: version === null ? [] : evolution.added };
}

type StatusFinder = (source: ReadySource) => PlannedFile["status"];

function statusFinder(context: WriteContext, plan: { request: ImportRequest; version: TableVersion | null }): StatusFinder {
  const { request, version } = plan;
  // Even the very files that the table was given are read again to replace it: its rows may have been changed since.
  if (version === null || request.importDuplicateFiles || request.mode === "replace") return () => "new";
  const ledgers = ledgersIn(context.catalog.objects);
  return ({ uri, name, fingerprint }) => {
    const entry = ledgers.get(version.state.ledger, uri);
    if (entry === undefined) return "new";
    if (entry.fingerprint === fingerprint) return "imported";
    throw new TerminalError(`Cannot import "${name}": ${formatTableName(request.table)} has rows of an earlier content of it`, {
      code: "source_changed",
      hint: "Import in replace mode, or with --import-duplicate-files to add the new content to the old",
    });
  };
}
