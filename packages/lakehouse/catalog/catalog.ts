/**
 * The catalog: commits, branches and tags over one tree of tables, in one SQLite file, like git's over files. It knows a table's entry
 * and never looks into its state, reads no data file and does nothing asynchronously.
 *
 * @module
 */
import {
  type Commit,
  type CommitInfo,
  formatTableName,
  MergeConflictError,
  type MergeRequest,
  type MergeResult,
  type NamedRef,
  parseRef,
  type RevertRequest,
  type TableName,
  UsageError,
} from "@wap/core";
import { type CommitRow, CommitStore } from "./commit_store.ts";
import { CatalogDatabase } from "./database.ts";
import { Draft } from "./draft.ts";
import {
  type CatalogEntry,
  type CatalogTransaction,
  type CommitRequest,
  isTableKey,
  type NamedTableEntry,
  nameOfKey,
  type Operation,
  type TableEntry,
  tableKey,
  tableOfKey,
} from "./entries.ts";
import { Merger } from "./merge.ts";
import type { ObjectStore } from "./object_store.ts";
import { MAIN, Refs } from "./refs.ts";
import { SqliteObjects } from "./sqlite_objects.ts";
import { Tree } from "./tree.ts";

/** The first commit of every catalog: the same content, so the same hash, everywhere. */
const ROOT = { parents: [], message: "Begin", author: "wap", committedAt: "1970-01-01T00:00:00.000Z", properties: {} };

/** Options of {@linkcode Catalog.open}. */
export interface CatalogOptions {
  /** The clock that dates commits; the machine's if absent. */
  now?: () => Date;
}

/**
 * An open catalog. Several processes may have the same one open; each write is one short transaction.
 *
 * @example
 * ```ts ignore
 * using catalog = Catalog.open("lakehouse/catalog.db");
 * catalog.createBranch("nightly", { from: "main" });
 * catalog.commit({ branch: "nightly", message: "Import trips", author: "ann" }, ({ objects }) => [
 *   { kind: "putTable", table: { namespace: "taxi", name: "trips" }, entry: { uuid, state: objects.put(state), records: 3, size: 120 } },
 * ]);
 * catalog.merge({ source: "nightly", target: "main", message: "Publish trips", author: "ann" });
 * ```
 */
export class Catalog implements Disposable {
  /** Where the states of tables are kept. What is put here outside a commit stays until it is collected as garbage. */
  readonly objects: ObjectStore;
  readonly #database: CatalogDatabase;
  readonly #commits: CommitStore;
  readonly #refs: Refs;
  readonly #tree: Tree<CatalogEntry>;
  readonly #merger: Merger;
  readonly #now: () => Date;

  private constructor(database: CatalogDatabase, { now = () => new Date() }: CatalogOptions) {
    this.#database = database;
    this.objects = new SqliteObjects(database);
    this.#commits = new CommitStore(database);
    this.#refs = new Refs(database, this.#commits);
    this.#tree = new Tree(this.objects);
    this.#merger = new Merger(this.#tree, this.#commits);
    this.#now = now;
  }

  /**
   * Opens a catalog, made with its directory and the branch `main` if it is not there.
   *
   * @param path The SQLite file.
   * @param options The clock.
   * @returns The catalog, to be closed by its owner.
   * @throws {TerminalError} If the file is damaged, not a catalog, or written by a newer version of the program.
   */
  static open(path: string, options: CatalogOptions = {}): Catalog {
    const database = new CatalogDatabase(path);
    try {
      const catalog = database.run(() => new Catalog(database, options));
      if (catalog.findRef(MAIN) === null) catalog.#plantMain();
      return catalog;
    } catch (error) {
      database[Symbol.dispose]();
      throw error;
    }
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }

  /** The commit that `branch`, `tag`, `branch@hash` or a bare hash stands for. @throws {NotFoundError} @throws {UsageError} */
  resolve(ref: string): string {
    return this.#refs.resolve(ref).hash;
  }

  /** The branch or tag of that name, or null. */
  findRef(name: string): NamedRef | null {
    return this.#refs.find(name);
  }

  /** Branches and tags sorted by name; only those whose name begins with `prefix`, if given. */
  listRefs(options: { kind?: NamedRef["kind"]; prefix?: string } = {}): NamedRef[] {
    return this.#refs.list(options);
  }

  /** Makes a branch at a ref. @throws {AlreadyExistsError} @throws {NotFoundError} */
  createBranch(name: string, options: { from: string }): NamedRef {
    return this.#database.write(() => this.#refs.create({ name, kind: "branch", hash: this.resolve(options.from) }));
  }

  /** Makes a tag at a ref. @throws {AlreadyExistsError} @throws {NotFoundError} */
  createTag(name: string, options: { from: string }): NamedRef {
    return this.#database.write(() => this.#refs.create({ name, kind: "tag", hash: this.resolve(options.from) }));
  }

  /** Deletes a branch; false when there is none. @throws {HeadMovedError} If it is not at `expectedHash`. @throws {UsageError} If it is `main`. */
  deleteBranch(name: string, options: { expectedHash?: string } = {}): boolean {
    return this.#database.write(() => this.#refs.delete(name, { kind: "branch", expected: options.expectedHash }));
  }

  /** Deletes a tag; false when there is none. */
  deleteTag(name: string): boolean {
    return this.#database.write(() => this.#refs.delete(name, { kind: "tag" }));
  }

  /**
   * Lists commits reachable from a ref, newest first, as they are asked for.
   *
   * @param ref Where to start.
   * @param options At most `limit` commits; `until` and what is reachable from it is left out.
   * @returns Every commit once, before all that it follows.
   * @throws {NotFoundError} If a ref is not there.
   */
  *log(ref: string, options: { limit?: number; until?: string } = {}): Generator<Commit> {
    const { limit = Infinity } = options;
    const until = options.until === undefined ? undefined : this.#refs.resolve(options.until);
    yield* this.#commits.log(this.#refs.resolve(ref), { until }).take(limit);
  }

  /** Tables at a ref, sorted by name; only those of one namespace, if given. */
  listTables(ref: string, options: { namespace?: string } = {}): NamedTableEntry[] {
    const { namespace } = options;
    const { tree } = this.#refs.resolve(ref);
    const tables: NamedTableEntry[] = [];
    for (const [key, entry] of this.#tree.entries(tree)) {
      if (isTableKey(key)) tables.push({ ...tableOfKey(key), ...entry as TableEntry });
    }
    return tables.filter((table) => namespace === undefined || table.namespace === namespace).toSorted(compareTables);
  }

  /** Namespaces at a ref, sorted. */
  listNamespaces(ref: string): string[] {
    const keys = this.#tree.entries(this.#refs.resolve(ref).tree).map(([key]) => key);
    return keys.filter((key) => !isTableKey(key)).map(nameOfKey).toArray().toSorted();
  }

  /** One table at a ref, or null. */
  findTable(ref: string, table: TableName): TableEntry | null {
    return this.#tableIn(this.#refs.resolve(ref), table);
  }

  /**
   * Makes one commit on a branch. What `change` puts into the objects, the commit and the branch's new head are kept together or not at all.
   *
   * @param request The branch and what to say about the commit.
   * @param change Looks at the head and answers what to do; it holds the catalog's write lock, so it does nothing slow.
   * @returns The commit, now the branch's head.
   * @throws {HeadMovedError} If the branch is not at `expectedHead`.
   * @throws {NotFoundError} If there is no such branch, or what is to be dropped is not there.
   * @throws {AlreadyExistsError} If a namespace to be made is there.
   */
  commit(request: CommitRequest, change: (transaction: CatalogTransaction) => Operation[]): Commit {
    return this.#database.write(() => {
      const head = this.#refs.head(request.branch, request.expectedHead);
      const draft = new Draft(this.#tree, head.tree);
      const operations = change({ head: head.hash, objects: this.objects, findTable: (table) => this.#tableIn(head, table) });
      for (const operation of operations) draft.apply(operation);
      return this.#advance(request.branch, { info: request, parents: [head], tree: draft.write() });
    });
  }

  /**
   * Merges a source into a target branch, three-way by table, in a commit with the parents [target, source].
   *
   * A namespace that the source dropped stays if the target has something new in it.
   *
   * @param request What to merge, where, and what to say about it.
   * @returns The target's head; `merged` is false when the source had nothing the target lacks.
   * @throws {MergeConflictError} If both sides changed the same tables; names each with the reason.
   * @throws {HeadMovedError} If the target is not at `expectedTarget`.
   * @throws {NotFoundError} If the source or the target is not there.
   */
  merge(request: MergeRequest): MergeResult {
    return this.#database.write(() => {
      const target = this.#refs.head(request.target, request.expectedTarget);
      const source = this.#refs.resolve(request.source);
      const names = { source: shortName(request.source), target: request.target };
      const outcome = this.#merger.merge({ source, target, names });
      if ("conflicts" in outcome) throw new MergeConflictError(request, outcome.conflicts);
      if (outcome.tree === target.tree) return { commit: target.hash, merged: false };
      const commit = this.#advance(request.target, { info: request, parents: [target, source], tree: outcome.tree });
      return { commit: commit.hash, merged: true };
    });
  }

  /**
   * Takes one commit back: what it changed against its first parent is undone on a branch, in a commit with one parent.
   *
   * @param request The commit, the branch, and what to say about it.
   * @returns The branch's head; `merged` is false when nothing of the commit is left.
   * @throws {MergeConflictError} If tables that it changed were changed again since; names each with the reason.
   * @throws {NotFoundError} If the commit is not in the branch.
   * @throws {UsageError} If the commit is the first of all.
   */
  revert(request: RevertRequest): MergeResult {
    return this.#database.write(() => {
      const target = this.#refs.head(request.target);
      const base = this.#refs.resolve(`${request.target}@${request.commit}`);
      const [parent] = this.#commits.read(base.seq).parents;
      if (parent === undefined) throw new UsageError(`Cannot revert ${shortName(request.commit)}: it is the first commit`, { code: "nothing_to_revert" });
      const source = this.#refs.resolve(parent);
      const outcome = this.#merger.merge({ source, target, base, names: { source: `revert of ${shortName(request.commit)}`, target: request.target } });
      if ("conflicts" in outcome) throw new MergeConflictError({ source: `revert of ${shortName(request.commit)}`, target: request.target }, outcome.conflicts);
      if (outcome.tree === target.tree) return { commit: target.hash, merged: false };
      const commit = this.#advance(request.target, { info: request, parents: [target], tree: outcome.tree });
      return { commit: commit.hash, merged: true };
    });
  }

  /** The tables whose entries differ between two refs, sorted by name, as they were and as they are. */
  diff(from: string, to: string): { table: string; before: TableEntry | undefined; after: TableEntry | undefined }[] {
    const differences = [...this.#tree.diff(this.#refs.resolve(from).tree, this.#refs.resolve(to).tree)];
    return differences.filter(({ key }) => isTableKey(key))
      .map(({ key, before, after }) => ({ table: nameOfKey(key), before: before as TableEntry | undefined, after: after as TableEntry | undefined }))
      .toSorted((a, b) => (a.table < b.table ? -1 : 1));
  }

  #tableIn(commit: CommitRow, table: TableName): TableEntry | null {
    return (this.#tree.get(commit.tree, tableKey(table)) as TableEntry | undefined) ?? null;
  }

  #advance(branch: string, { info, parents, tree }: { info: CommitInfo; parents: CommitRow[]; tree: string }): Commit {
    const { message, author, properties = {} } = info;
    const commit = this.#commits.add({ parents, tree, message, author, committedAt: this.#now().toISOString(), properties });
    this.#refs.move(branch, commit);
    return this.#commits.read(commit.seq);
  }

  #plantMain(): void {
    this.#database.write(() => {
      if (this.findRef(MAIN) !== null) return;
      const root = this.#commits.add({ ...ROOT, tree: this.#tree.empty() });
      this.#refs.create({ name: MAIN, kind: "branch", hash: root.hash });
    });
  }
}

function compareTables(a: TableName, b: TableName): number {
  return formatTableName(a) < formatTableName(b) ? -1 : 1;
}

/** What a ref is called in a sentence: its name, or the beginning of its hash. */
function shortName(ref: string): string {
  const { name, hash } = parseRef(ref);
  return name ?? hash!.slice(0, 12);
}
