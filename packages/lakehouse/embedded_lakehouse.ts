/**
 * The embedded lakehouse: a catalog in SQLite, tables in Parquet files, DuckDB between them, all in one folder.
 *
 * DuckDB and Arrow are loaded by the methods that need them: what looks at refs and commits only does without.
 *
 * @module
 */
import type {
  Commit,
  CommitInfo,
  GarbageFile,
  ImportPlan,
  ImportProgress,
  ImportReport,
  ImportRequest,
  Lakehouse,
  MergeRequest,
  MergeResult,
  NamedRef,
  QueryOptions,
  RevertRequest,
  ScanRequest,
  TableChange,
  TableDetail,
  TableInfo,
  TableName,
} from "@wap/core";
import type { RecordBatch, Table } from "apache-arrow";
import { join, resolve } from "node:path";
import { Catalog } from "./catalog/catalog.ts";
import { findTableChanges } from "./reading/table_changes.ts";
import { TableReader } from "./reading/table_reader.ts";
import type { DownloadLimits } from "./sources/download.ts";
import { collectFiles } from "./storage/garbage.ts";
import { Staging } from "./storage/staging.ts";
import { toColumn } from "./table/types.ts";
import type { ReadContext } from "./reading/query.ts";
import type { Writer } from "./writing/writer.ts";

/** Options of {@linkcode openLakehouse}. */
export interface LakehouseOptions {
  /** The folder of the lakehouse; made if it is not there. */
  path: string;
  /** Limits of files that are imported by URL. */
  downloads?: DownloadLimits;
}

/**
 * Opens the lakehouse in a folder. Several processes may have the same one open.
 *
 * @param options The folder, and limits.
 * @returns The lakehouse, to be closed by its owner.
 * @throws {TerminalError} If its catalog is damaged, or of a newer version of the program.
 * @example
 * ```ts
 * import { openLakehouse } from "@wap/lakehouse";
 * import { assertEquals } from "@std/assert";
 *
 * await using lakehouse = openLakehouse({ path: await Deno.makeTempDir() });
 * await lakehouse.createBranch("nightly", { from: "main" });
 * const branches = await lakehouse.listRefs({ kind: "branch" });
 * assertEquals(branches.map(({ name }) => name), ["main", "nightly"]);
 * ```
 */
export function openLakehouse(options: LakehouseOptions): EmbeddedLakehouse {
  return new EmbeddedLakehouse(options);
}

/** A lakehouse in a folder of this machine. */
export class EmbeddedLakehouse implements Lakehouse {
  /** Which backend this is. */
  readonly kind = "local";
  readonly #catalog: Catalog;
  readonly #tables: TableReader;
  readonly #staging: Staging;
  readonly #root: string;
  readonly #downloads: DownloadLimits;
  #writer: Promise<Writer> | undefined;

  /** Opens the lakehouse in a folder. */
  constructor({ path, downloads = {} }: LakehouseOptions) {
    this.#root = resolve(path);
    this.#catalog = Catalog.open(join(this.#root, "catalog.db"));
    this.#tables = new TableReader(this.#catalog, this.#root);
    this.#staging = new Staging(join(this.#root, "staging"));
    this.#downloads = downloads;
  }

  /** Closes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.try(() => this.#catalog[Symbol.dispose]());
  }

  /** See {@linkcode Lakehouse.resolve}. */
  resolve(ref: string): Promise<string> {
    return Promise.try(() => this.#catalog.resolve(ref));
  }

  /** See {@linkcode Lakehouse.findRef}. */
  findRef(name: string): Promise<NamedRef | null> {
    return Promise.try(() => this.#catalog.findRef(name));
  }

  /** See {@linkcode Lakehouse.listRefs}. */
  listRefs(options?: { kind?: NamedRef["kind"]; prefix?: string }): Promise<NamedRef[]> {
    return Promise.try(() => this.#catalog.listRefs(options));
  }

  /** See {@linkcode Lakehouse.createBranch}. */
  createBranch(name: string, options: { from: string }): Promise<NamedRef> {
    return Promise.try(() => this.#catalog.createBranch(name, options));
  }

  /** See {@linkcode Lakehouse.deleteBranch}. */
  deleteBranch(name: string, options?: { expectedHash?: string }): Promise<boolean> {
    return Promise.try(() => this.#catalog.deleteBranch(name, options));
  }

  /** See {@linkcode Lakehouse.createTag}. */
  createTag(name: string, options: { from: string }): Promise<NamedRef> {
    return Promise.try(() => this.#catalog.createTag(name, options));
  }

  /** See {@linkcode Lakehouse.deleteTag}. */
  deleteTag(name: string): Promise<boolean> {
    return Promise.try(() => this.#catalog.deleteTag(name));
  }

  /** See {@linkcode Lakehouse.log}. */
  async *log(ref: string, options?: { limit?: number; until?: string }): AsyncGenerator<Commit> {
    yield* this.#catalog.log(ref, options);
  }

  /** See {@linkcode Lakehouse.listTables}. */
  listTables(ref: string, options?: { namespace?: string }): Promise<TableInfo[]> {
    return Promise.try(() => this.#catalog.listTables(ref, options).map(({ namespace, name, records, size }) => ({ namespace, name, records, size })));
  }

  /** See {@linkcode Lakehouse.findTable}. */
  findTable(table: TableName, options: { ref: string }): Promise<TableDetail | null> {
    return Promise.try(() => {
      const version = this.#tables.find(table, options.ref);
      if (version === null) return null;
      const { entry, state } = version;
      return { ...table, records: entry.records, size: entry.size, columns: state.schema.fields.map(toColumn), version: entry.state };
    });
  }

  /** See {@linkcode Lakehouse.planImport}. */
  async planImport(request: ImportRequest, options: { ref: string; signal?: AbortSignal }): Promise<ImportPlan> {
    return await (await this.#write()).planImport(request, options);
  }

  /** See {@linkcode Lakehouse.applyImport}. */
  async applyImport(
    plan: ImportPlan,
    options: CommitInfo & { branch: string; signal?: AbortSignal; onProgress?: (progress: ImportProgress) => void },
  ): Promise<ImportReport> {
    return await (await this.#write()).applyImport(plan, options);
  }

  /** See {@linkcode Lakehouse.materialize}. */
  async materialize(
    options: CommitInfo & { branch: string; table: TableName; sql: string; signal?: AbortSignal },
  ): Promise<{ commit: string; records: number }> {
    return await (await this.#write()).materialize(options);
  }

  /** See {@linkcode Lakehouse.query}. */
  async query(sql: string, options: QueryOptions): Promise<Table> {
    const { runQuery } = await import("./reading/query.ts");
    return await runQuery(this.#reading(), sql, options);
  }

  /** See {@linkcode Lakehouse.scan}. */
  async *scan(request: ScanRequest): AsyncGenerator<RecordBatch> {
    const { scanTable } = await import("./reading/query.ts");
    yield* scanTable(this.#reading(), request);
  }

  /** See {@linkcode Lakehouse.merge}. */
  merge(request: MergeRequest): Promise<MergeResult> {
    return Promise.try(() => this.#catalog.merge(request));
  }

  /** See {@linkcode Lakehouse.revert}. */
  revert(request: RevertRequest): Promise<MergeResult> {
    return Promise.try(() => this.#catalog.revert(request));
  }

  /** See {@linkcode Lakehouse.diff}. */
  diff(from: string, to: string): Promise<TableChange[]> {
    return Promise.try(() => findTableChanges(this.#catalog, from, to));
  }

  /** See {@linkcode Lakehouse.collectGarbage}. */
  async collectGarbage(options: { dryRun: boolean; olderThanMs: number }): Promise<GarbageFile[]> {
    return await collectFiles({ catalog: this.#catalog, root: this.#root, staging: this.#staging }, options);
  }

  #reading(): ReadContext {
    return { tables: this.#tables, staging: this.#staging };
  }

  #write(): Promise<Writer> {
    this.#writer ??= import("./writing/writer.ts").then(({ Writer }) =>
      new Writer({ ...this.#reading(), root: this.#root, catalog: this.#catalog, downloads: this.#downloads })
    );
    return this.#writer;
  }
}
