/**
 * `Lakehouse`: the port that every backend implements and one contract suite checks (`tests/contract/`).
 *
 * The contract, beyond the signatures:
 *
 * - A **commit** is immutable; a **branch** is moved only by `applyImport`, `materialize` and `merge`, each of which makes exactly one commit, atomically:
 *   a reader sees the branch before or after, never between. A call that throws has not moved the branch, unless it throws `OutcomeUnknownError`.
 * - Making a branch copies no data. What is written to one branch is invisible on every other until merged.
 * - `merge` is three-way, table by table: a table changed on one side only is taken from that side; a table changed on both is a conflict.
 * - Every method that takes a `signal` stops soon after it is aborted and rejects with the signal's reason.
 * - Names come in checked (`names.ts`); a backend still quotes whatever it puts into SQL or paths.
 * - Not found is `NotFoundError`, made already is `AlreadyExistsError`, a moved head is `HeadMovedError`, conflicting tables are `MergeConflictError`,
 *   wrong SQL or an unusable file is `TerminalError`, a wrong request is `UsageError`.
 *
 * @module
 */
import type { RecordBatch, Table } from "apache-arrow";
import type { TableName } from "./names.ts";
import { WapError } from "./errors.ts";

/** One catalog state. */
export interface Commit {
  /** 64 hexadecimal digits, derived from the commit's content. */
  hash: string;
  /** Hashes of the commits it follows: none for the first, two for a merge (target first). */
  parents: string[];
  /** What the commit is for. */
  message: string;
  /** Who made it. */
  author: string;
  /** ISO 8601 UTC. */
  committedAt: string;
  /** Free text by name; `wap.*` names are ours. */
  properties: Record<string, string>;
}

/** What the author of a commit says about it. */
export interface CommitInfo {
  /** What the commit is for. */
  message: string;
  /** Who makes it. */
  author: string;
  /** Free text by name. */
  properties?: Record<string, string>;
}

/** A named ref and where it stands. */
export interface NamedRef {
  /** Its name. */
  name: string;
  /** A branch moves, a tag does not. */
  kind: "branch" | "tag";
  /** The commit it stands at. */
  hash: string;
}

/** A column as the catalog knows it. */
export interface Column {
  /** Its name, case preserved. */
  name: string;
  /** Its Iceberg type: `boolean int long float double decimal(P, S) date time timestamp timestamptz string uuid binary list<…> map<…> struct<…>`. */
  type: string;
  /** Whether NULL is refused. */
  required: boolean;
}

/** A table at one ref. */
export interface TableInfo extends TableName {
  /** Rows. */
  records: number;
  /** Bytes of its data files. */
  size: number;
}

/** A table at one ref, with its columns. */
export interface TableDetail extends TableInfo {
  /** The columns, in order. */
  columns: Column[];
  /** Changes with every change of the table's rows or schema. */
  version: string;
}

/** How imported rows meet the rows that are there. */
export type WriteMode = "append" | "replace";

/** The formats that can be imported. */
export type FileFormat = "parquet" | "csv" | "json";

/** What to import. */
export interface ImportRequest {
  /** The table the rows go into; made, with its namespace, if it is not there. */
  table: TableName;
  /** `append` adds rows, `replace` puts them in place of all rows there. */
  mode: WriteMode;
  /** Absolute paths, globs over them, or http(s) URLs. */
  from: string[];
  /** The format; by the file's ending if absent. */
  format?: FileFormat;
  /** One SELECT over the files' rows, which it names `{source}`. */
  transform?: string;
  /** Import a file even if the table has it already. */
  importDuplicateFiles?: boolean;
}

/** One source file of an import plan. */
export interface PlannedFile {
  /** An absolute `file:` or `http(s):` URI. */
  uri: string;
  /** Bytes. */
  size: number;
  /** Changes with the content: a content hash, or an ETag. */
  fingerprint: string;
  /** How it is read. */
  format: FileFormat;
  /** `new`: to be imported; `imported`: the table at the ref has it already, it is skipped. */
  status: "new" | "imported";
}

/** What an import will do, settled before anything is written. JSON; kept with the run. */
export interface ImportPlan {
  /** What was asked for. */
  request: ImportRequest;
  /** The files, sorted by URI. */
  files: PlannedFile[];
  /** The columns of the rows to be added, after `transform`. */
  columns: Column[];
  /** Columns the table does not have yet and will get; empty for a new table. */
  addedColumns: string[];
}

/** How far an import is. */
export interface ImportProgress {
  /** Source files done. */
  files: number;
  /** Source files in all. */
  totalFiles: number;
  /** Rows written. */
  rows: number;
  /** Source bytes done. */
  bytes: number;
  /** Source bytes in all. */
  totalBytes: number;
}

/** What an import did. */
export interface ImportReport {
  /** The branch's new head. */
  commit: string;
  /** Files whose rows were written. */
  filesImported: number;
  /** Files the table had already. */
  filesSkipped: number;
  /** Rows written. */
  rowsImported: number;
  /** Source bytes read. */
  bytesImported: number;
}

/** The rows of a table that are in a ref but not in an earlier commit. */
export interface AddedRows {
  /** The table. */
  table: TableName;
  /** The earlier commit. */
  since: string;
}

/** Options of {@linkcode Lakehouse.query}. */
export interface QueryOptions {
  /** Where to read: branch, tag, `branch@hash` or hash. */
  ref: string;
  /** Further relations the SQL may name, each the rows a table gained since a commit. */
  added?: Record<string, AddedRows>;
  /** Stops the query. */
  signal?: AbortSignal;
}

/** What to read with {@linkcode Lakehouse.scan}. */
export interface ScanRequest {
  /** The table. */
  table: TableName;
  /** Where to read. */
  ref: string;
  /** The columns wanted, all if absent. */
  columns?: string[];
  /** Only rows added since this commit. */
  since?: string;
  /** Stops the scan. */
  signal?: AbortSignal;
}

/** What a merge is asked to do. */
export interface MergeRequest extends CommitInfo {
  /** What to merge, usually `branch@hash`. */
  source: string;
  /** The branch to move. */
  target: string;
  /** The head the caller has seen; the merge is refused with `HeadMovedError` if the target is elsewhere. */
  expectedTarget?: string;
}

/** What a merge did. */
export interface MergeResult {
  /** The target's head after the merge. */
  commit: string;
  /** False when the source had nothing the target lacks: no commit was made. */
  merged: boolean;
}

/** What a revert is asked to do. */
export interface RevertRequest extends CommitInfo {
  /** The commit to take back: what it changed against its first parent. */
  commit: string;
  /** The branch to move. */
  target: string;
}

/** How a table differs between two commits. */
export interface TableChange {
  /** `namespace.table`. */
  table: string;
  /**
   * `created` and `dropped` say what they mean; `recreated`: dropped and made anew; `appended`: all rows are still there, and more; `rewritten`: anything
   * else.
   */
  kind: "created" | "dropped" | "recreated" | "appended" | "rewritten";
  /** Whether columns differ. */
  schemaChanged: boolean;
}

/** A file of the lakehouse that no commit names. */
export interface GarbageFile {
  /** Where it is. */
  path: string;
  /** Bytes. */
  size: number;
}

/** Why one table stands in the way of a merge; the kinds are Nessie's, in lower case. */
export interface TableConflict {
  /** `namespace.table`, or a namespace. */
  table: string;
  /**
   * `value_differs`: changed on both sides. `key_exists`: made on both sides. `key_does_not_exist`: changed on one side, dropped on the other.
   * `content_id_differs`: dropped and made anew on the target. `namespace_absent`: its namespace was dropped on the target.
   */
  kind: "value_differs" | "key_exists" | "key_does_not_exist" | "content_id_differs" | "namespace_absent";
  /** The same in words. */
  reason: string;
}

/** Source and target changed the same tables: a person, or a rebase, decides. */
export class MergeConflictError extends WapError {
  /** One entry per table in the way. */
  readonly conflicts: TableConflict[];

  /** Makes a merge-conflict error from the two refs and the conflicts. */
  constructor(refs: { source: string; target: string }, conflicts: TableConflict[]) {
    super(`Cannot merge "${refs.source}" into "${refs.target}": ${conflicts.map((c) => `${c.table} ${c.reason}`).join("; ")}`, {
      code: "merge_conflict",
      hint: 'Look at both sides with "wap lakehouse log", then import again on top of the target',
    });
    this.conflicts = conflicts;
  }
}

/** A lakehouse with branches: what a run writes to, audits and publishes in. */
export interface Lakehouse extends AsyncDisposable {
  /** Which backend this is: `local`, `bauplan`, `memory`. */
  readonly kind: string;

  /** The commit a ref stands at. @throws {NotFoundError} */
  resolve(ref: string): Promise<string>;
  /** The branch or tag of that name, or null. */
  findRef(name: string): Promise<NamedRef | null>;
  /** Branches and tags, sorted by name; only those whose name begins with `prefix`, if given. */
  listRefs(options?: { kind?: "branch" | "tag"; prefix?: string }): Promise<NamedRef[]>;
  /** Makes a branch at a ref. @throws {AlreadyExistsError} @throws {NotFoundError} */
  createBranch(name: string, options: { from: string }): Promise<NamedRef>;
  /** Deletes a branch; false when there is none. `main` cannot be deleted. @throws {HeadMovedError} if it is not at `expectedHash`. */
  deleteBranch(name: string, options?: { expectedHash?: string }): Promise<boolean>;
  /** Makes a tag at a ref. @throws {AlreadyExistsError} @throws {NotFoundError} */
  createTag(name: string, options: { from: string }): Promise<NamedRef>;
  /** Deletes a tag; false when there is none. */
  deleteTag(name: string): Promise<boolean>;
  /** Commits reachable from a ref, newest first (first parents before second), at most `limit`; `until` and what is reachable from it is left out. */
  log(ref: string, options?: { limit?: number; until?: string }): AsyncIterable<Commit>;

  /** Tables at a ref, sorted by name. */
  listTables(ref: string, options?: { namespace?: string }): Promise<TableInfo[]>;
  /** One table at a ref, or null. */
  findTable(table: TableName, options: { ref: string }): Promise<TableDetail | null>;

  /**
   * Finds the files, infers one schema over all of them and compares both with the table at `ref`. Writes nothing.
   *
   * @throws {TerminalError} If a pattern matches nothing, a file is unreadable or empty of columns, files disagree, or the table's columns cannot take them.
   */
  planImport(request: ImportRequest, options: { ref: string; signal?: AbortSignal }): Promise<ImportPlan>;
  /**
   * Imports the plan's new files into a branch in one commit.
   *
   * @throws {TerminalError} If a file is no longer what was planned, or a row cannot be read.
   */
  applyImport(
    plan: ImportPlan,
    options: CommitInfo & { branch: string; signal?: AbortSignal; onProgress?: (progress: ImportProgress) => void },
  ): Promise<ImportReport>;
  /** Puts the rows of one SELECT at the branch's head in place of a table's rows, in one commit. */
  materialize(options: CommitInfo & { branch: string; table: TableName; sql: string; signal?: AbortSignal }): Promise<{ commit: string; records: number }>;

  /** Runs one SELECT at a ref. It cannot write, and cannot read anything outside the lakehouse. @throws {TerminalError} */
  query(sql: string, options: QueryOptions): Promise<Table>;
  /** Streams a table's rows as Arrow record batches. */
  scan(request: ScanRequest): AsyncIterable<RecordBatch>;

  /** Merges a source into a target branch, three-way by table. @throws {MergeConflictError} @throws {HeadMovedError} */
  merge(request: MergeRequest): Promise<MergeResult>;
  /** Takes one commit back, in a new commit with one parent: later changes of other tables stay, a table changed since is a conflict. @throws {MergeConflictError} */
  revert(request: RevertRequest): Promise<MergeResult>;
  /** The tables that differ between two refs, sorted by name. */
  diff(from: string, to: string): Promise<TableChange[]>;
  /** Finds files that no commit of any branch or tag names and that are at least so old; removes them unless it is a dry run. */
  collectGarbage(options: { dryRun: boolean; olderThanMs: number }): Promise<GarbageFile[]>;
}
