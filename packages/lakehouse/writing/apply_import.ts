/**
 * Carrying out an import plan in one commit.
 *
 * @module
 */
import type { CommitInfo, ImportPlan, ImportProgress, ImportReport, PlannedFile } from "@wap/core";
import { isUnchanged, markFile, sourceChanged } from "../sources/fingerprint.ts";
import { emptySchema } from "../table/schema.ts";
import { ledgersIn, type TableVersion } from "../table/state.ts";
import { commitRows } from "./commit_rows.ts";
import { ProgressReporter } from "./import_progress.ts";
import type { ReadySource } from "./source_access.ts";
import type { WriteContext } from "./write_context.ts";
import { writeSources } from "./write_sources.ts";

/** Where an import goes, what its commit says, who is told how far it is and what stops it. */
export interface ApplyOptions extends CommitInfo {
  /** The branch. */
  branch: string;
  /** Stops the import; nothing of it is left. */
  signal?: AbortSignal;
  /** Told a few times a second how far it is. */
  onProgress?: (progress: ImportProgress) => void;
}

/**
 * Imports the new files of a plan into a branch.
 *
 * @param context The lakehouse.
 * @param plan The plan.
 * @param options The branch and the rest.
 * @returns What was done; without new files nothing was, and the branch is where it was.
 * @throws {TerminalError} If a file is not what was planned, or cannot be read.
 */
export async function applyImport(context: WriteContext, plan: ImportPlan, options: ApplyOptions): Promise<ImportReport> {
  const { branch, signal, onProgress = () => {} } = options;
  const head = context.catalog.resolve(branch);
  const { request } = plan;
  const version = context.tables.find(request.table, head);
  const news = stillNew(context, plan, version);
  const filesSkipped = plan.files.length - news.length;
  if (news.length === 0) return { commit: head, filesImported: 0, filesSkipped, rowsImported: 0, bytesImported: 0 };
  const progress = new ProgressReporter(news, onProgress);
  await context.staging.sweep();
  await using folder = await context.staging.open();
  const sources: ReadySource[] = [];
  for (const file of news) sources.push(await context.sources.reopen(file, signal));
  const schema = version?.state.schema ?? emptySchema();
  const written = await writeSources(context, { sources, schema, transform: request.transform, folder: folder.path, signal, progress });
  for (const { path, name, mark } of sources) if (!isUnchanged(mark, await markFile(path, { name }))) throw sourceChanged(name);
  signal?.throwIfAborted();
  const commit = await commitRows(context, {
    table: request.table,
    version,
    head,
    schema: written.schema,
    files: written.files,
    replace: request.mode === "replace",
    sources: written.sources,
    forgetSources: request.mode === "replace",
  }, options);
  await context.sources.release(sources);
  const rowsImported = written.files.reduce((sum, { records }) => sum + records, 0);
  progress.finish(rowsImported);
  return { commit, filesImported: news.length, filesSkipped, rowsImported, bytesImported: progress.totalBytes };
}

/** The plan's new files without those that the table was given after it was planned. */
function stillNew({ catalog }: WriteContext, { request, files }: ImportPlan, version: TableVersion | null): PlannedFile[] {
  const news = files.filter((file) => file.status === "new");
  if (version === null || request.importDuplicateFiles || request.mode === "replace") return news;
  const ledgers = ledgersIn(catalog.objects);
  return news.filter(({ uri, fingerprint }) => ledgers.get(version.state.ledger, uri)?.fingerprint !== fingerprint);
}
