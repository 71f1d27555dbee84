/**
 * Branches, tags and commits in memory, written to be read: every question is answered by looking at all commits.
 *
 * @module
 */
import {
  AlreadyExistsError,
  type Commit,
  type CommitInfo,
  digestOf,
  HeadMovedError,
  MergeConflictError,
  type MergeRequest,
  type MergeResult,
  type NamedRef,
  NotFoundError,
  parseRef,
  parseRefName,
  type RevertRequest,
  type TableConflict,
  UsageError,
} from "@wap/core";

/** One state of a table; never changed, only replaced. */
export interface Version {
  /** Unlike that of any other state of any table. */
  readonly version: string;
}

/** The tables of one commit by `namespace.table`. */
export type Tables<V extends Version> = ReadonlyMap<string, V>;

/** Branches, tags and commits. */
export class MemoryHistory<V extends Version> {
  /** In the order they were made. */
  readonly #commits = new Map<string, Commit & { tables: Tables<V> }>();
  readonly #refs = new Map<string, NamedRef>();

  /** Begins with the branch `main` at a commit without tables. */
  constructor() {
    const hash = this.#add({ message: "Begin", author: "wap" }, { parents: [], tables: new Map() });
    this.create({ name: "main", kind: "branch", hash });
  }

  /** The branch or tag of that name, or null. */
  find(name: string): NamedRef | null {
    return this.#refs.get(name) ?? null;
  }

  /** Refs sorted by name. */
  list({ kind, prefix = "" }: { kind?: NamedRef["kind"]; prefix?: string } = {}): NamedRef[] {
    const refs = [...this.#refs.values()].filter((ref) => ref.name.startsWith(prefix) && (kind ?? ref.kind) === ref.kind);
    return refs.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Makes a branch or a tag. */
  create(ref: NamedRef): NamedRef {
    parseRefName(ref.name, `${ref.kind} name`);
    if (this.#refs.has(ref.name)) throw new AlreadyExistsError(`Cannot create "${ref.name}": it is there already`);
    this.#refs.set(ref.name, ref);
    return ref;
  }

  /** Deletes a branch or a tag; false when there is none of that kind. */
  delete(name: string, { kind, expectedHash }: { kind: NamedRef["kind"]; expectedHash?: string }): boolean {
    const ref = this.find(name);
    if (ref?.kind !== kind) return false;
    if (name === "main") throw new UsageError("Cannot delete main: every lakehouse has it");
    expectAt(ref, expectedHash);
    return this.#refs.delete(name);
  }

  /** The commit a ref stands for. */
  resolve(ref: string): string {
    const { name, hash } = parseRef(ref);
    if (hash !== null && !this.#commits.has(hash)) throw new NotFoundError(`Cannot find commit ${hash}: there is none`);
    if (name === null) return hash!;
    const named = this.find(name);
    if (named === null) throw new NotFoundError(`Cannot find ref "${name}": there is none`);
    if (hash !== null && !this.#ancestors(named.hash).has(hash)) throw new NotFoundError(`Cannot find commit ${hash}: it is not in "${name}"`);
    return hash ?? named.hash;
  }

  /** The tables at a ref. */
  tables(ref: string): Tables<V> {
    return this.#commits.get(this.resolve(ref))!.tables;
  }

  /** Commits reachable from a ref and not from `until`, newest first. */
  log(ref: string, { limit = Infinity, until }: { limit?: number; until?: string } = {}): Commit[] {
    const hidden = until === undefined ? new Set<string>() : this.#ancestors(this.resolve(until));
    const shown = this.#ancestors(this.resolve(ref)).difference(hidden);
    const commits = [...this.#commits.values()].reverse().filter((commit) => shown.has(commit.hash));
    return commits.slice(0, limit).map(({ tables: _, ...commit }) => commit);
  }

  /** Makes a commit that changes one table of a branch as it is now. */
  commit(branch: string, info: CommitInfo, { table, change }: { table: string; change: (now: V | undefined) => V }): string {
    const { hash } = this.#branch(branch);
    const tables = this.#commits.get(hash)!.tables;
    const made = this.#add(info, { parents: [hash], tables: new Map(tables).set(table, change(tables.get(table))) });
    this.#refs.set(branch, { name: branch, kind: "branch", hash: made });
    return made;
  }

  /** Merges three-way by table, measured by the newest common ancestor. */
  merge(request: MergeRequest): MergeResult {
    const target = this.#branch(request.target);
    expectAt(target, request.expectedTarget);
    const source = this.resolve(request.source);
    const base = [...this.#commits.keys()].findLast((hash) => this.#ancestors(source).has(hash) && this.#ancestors(target.hash).has(hash))!;
    return this.#change(target, request, { base, source, parents: [target.hash, source], name: request.source });
  }

  /** Takes a commit back: a merge of its first parent, as if the target had parted from the commit. */
  revert(request: RevertRequest): MergeResult {
    const target = this.#branch(request.target);
    const base = this.resolve(`${request.target}@${request.commit}`);
    const [source] = this.#commits.get(base)!.parents;
    if (source === undefined) throw new UsageError("Cannot revert the first commit: there is nothing before it");
    return this.#change(target, request, { base, source, parents: [target.hash], name: `revert of ${base.slice(0, 12)}` });
  }

  /** The tables that differ between two refs, as they were and as they are. */
  diff(from: string, to: string): { table: string; before: V | undefined; after: V | undefined }[] {
    const [before, after] = [this.tables(from), this.tables(to)];
    const names = [...new Set([...before.keys(), ...after.keys()])].sort();
    const pairs = names.map((table) => ({ table, before: before.get(table), after: after.get(table) }));
    return pairs.filter((pair) => pair.before?.version !== pair.after?.version);
  }

  #change(target: NamedRef, info: CommitInfo, { base, source, parents, name }: { base: string; source: string; parents: string[]; name: string }): MergeResult {
    const [ours, theirs, origin] = [this.tables(target.hash), this.tables(source), this.tables(base)];
    const merged = new Map(ours);
    const conflicts: TableConflict[] = [];
    for (const table of new Set([...theirs.keys(), ...origin.keys()])) {
      const [was, now, wanted] = [origin, ours, theirs].map((side) => side.get(table)?.version);
      if (wanted === was || wanted === now) continue;
      if (now !== was) conflicts.push(conflictOf(table, { was, now }));
      else if (wanted === undefined) merged.delete(table);
      else merged.set(table, theirs.get(table)!);
    }
    if (conflicts.length > 0) throw new MergeConflictError({ source: name, target: target.name }, conflicts.toSorted((a, b) => (a.table < b.table ? -1 : 1)));
    if (merged.size === ours.size && [...merged].every(([table, version]) => ours.get(table) === version)) return { commit: target.hash, merged: false };
    const commit = this.#add(info, { parents, tables: merged });
    this.#refs.set(target.name, { ...target, hash: commit });
    return { commit, merged: true };
  }

  #branch(name: string): NamedRef {
    const ref = this.find(name);
    if (ref === null) throw new NotFoundError(`Cannot find branch "${name}": there is none`);
    if (ref.kind === "tag") throw new UsageError(`Cannot write to "${name}": it is a tag`);
    return ref;
  }

  #add({ message, author, properties = {} }: CommitInfo, { parents, tables }: { parents: string[]; tables: Tables<V> }): string {
    const commit = { parents, message, author, committedAt: new Date().toISOString(), properties };
    const hash = digestOf({ ...commit, tables: [...tables].map(([name, { version }]) => [name, version]) });
    this.#commits.set(hash, { hash, ...commit, tables });
    return hash;
  }

  #ancestors(hash: string): Set<string> {
    const ancestors = new Set([hash]);
    for (const ancestor of ancestors) for (const parent of this.#commits.get(ancestor)!.parents) ancestors.add(parent);
    return ancestors;
  }
}

function conflictOf(table: string, { was, now }: { was: string | undefined; now: string | undefined }): TableConflict {
  if (was === undefined) return { table, kind: "key_exists", reason: "was made on both sides" };
  if (now === undefined) return { table, kind: "key_does_not_exist", reason: "was dropped on one side" };
  return { table, kind: "value_differs", reason: "was changed on both sides" };
}

function expectAt(ref: NamedRef, expected: string | undefined): void {
  if (expected !== undefined && expected !== ref.hash) throw new HeadMovedError(ref.name, { expected, actual: ref.hash });
}
