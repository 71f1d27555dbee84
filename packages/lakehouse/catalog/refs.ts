/**
 * Branches and tags: what a ref stands for, and the rules for making, moving and deleting one.
 *
 * @module
 */
import { AlreadyExistsError, HeadMovedError, type NamedRef, NotFoundError, parseRef, parseRefName, UsageError } from "@wap/core";
import { and, asc, eq, gte, or, sql } from "drizzle-orm";
import type { CommitRow, CommitStore } from "./commit_store.ts";
import type { CatalogDatabase } from "./database.ts";
import { refs } from "./schema.ts";

/** The branch that every catalog has. */
export const MAIN = "main";

/** The refs of a catalog. Its writing methods are called inside {@linkcode CatalogDatabase.write}. */
export class Refs {
  readonly #database: CatalogDatabase;
  readonly #commits: CommitStore;
  readonly #statements;

  /** Prepares the statements on an open catalog file. */
  constructor(database: CatalogDatabase, commits: CommitStore) {
    this.#database = database;
    this.#commits = commits;
    this.#statements = prepareStatements(database);
  }

  /** The branch or tag of that name, or null. */
  find(name: string): NamedRef | null {
    return this.#database.run(() => this.#statements.find.get({ name })) ?? null;
  }

  /** Refs sorted by name. */
  list({ kind, prefix = "" }: { kind?: NamedRef["kind"]; prefix?: string } = {}): NamedRef[] {
    return this.#database.run(() => this.#statements.list.all({ kind: kind ?? null, prefix }));
  }

  /** The commit that `branch`, `tag`, `branch@hash` or a bare hash stands for. @throws {NotFoundError} @throws {UsageError} */
  resolve(ref: string): CommitRow {
    const { name, hash } = parseRef(ref);
    const pinned = hash === null ? null : this.#commits.find(hash);
    if (hash !== null && pinned === null) throw new NotFoundError(`Cannot find commit ${hash.slice(0, 12)}: the catalog does not have it`);
    if (name === null) return pinned!;
    const named = this.find(name);
    if (named === null) throw refNotFound(name);
    const head = this.#commits.find(named.hash)!;
    if (pinned === null || this.#commits.isReachable(pinned, head)) return pinned ?? head;
    throw new NotFoundError(`Cannot find commit ${pinned.hash.slice(0, 12)} in "${name}": it is not in the history of that ${named.kind}`);
  }

  /** The head of a branch that is about to be moved. @throws {NotFoundError} @throws {HeadMovedError} If it is not at `expected`. */
  head(branch: string, expected?: string): CommitRow {
    const ref = this.find(branch);
    if (ref === null) throw refNotFound(branch);
    if (ref.kind !== "branch") throw new UsageError(`Cannot write to "${branch}": it is a tag`, { code: "not_a_branch" });
    refuseMoved(ref, expected);
    return this.#commits.find(ref.hash)!;
  }

  /** Makes a ref. @throws {AlreadyExistsError} If a branch or a tag has the name. */
  create(ref: NamedRef): NamedRef {
    parseRefName(ref.name, `${ref.kind} name`);
    const existing = this.find(ref.name);
    if (existing !== null) {
      throw new AlreadyExistsError(`Cannot create ${ref.kind} "${ref.name}": there is a ${existing.kind} of that name at ${existing.hash.slice(0, 12)}`);
    }
    this.#database.run(() => this.#statements.insert.run({ ...ref }));
    return ref;
  }

  /** Points a branch at another commit. */
  move(branch: string, commit: CommitRow): void {
    this.#database.run(() => this.#statements.update.run({ name: branch, hash: commit.hash }));
  }

  /** Deletes a ref; false when there is none of that kind. @throws {HeadMovedError} If it is not at `expected`. @throws {UsageError} If it is `main`. */
  delete(name: string, { kind, expected }: { kind: NamedRef["kind"]; expected?: string }): boolean {
    const ref = this.find(name);
    if (ref?.kind !== kind) return false;
    if (name === MAIN) throw new UsageError('Cannot delete branch "main": every lakehouse has it', { code: "main_branch" });
    refuseMoved(ref, expected);
    this.#database.run(() => this.#statements.delete.run({ name }));
    return true;
  }
}

function refuseMoved(ref: NamedRef, expected: string | undefined): void {
  if (expected !== undefined && expected !== ref.hash) throw new HeadMovedError(ref.name, { expected, actual: ref.hash });
}

function refNotFound(name: string): NotFoundError {
  return new NotFoundError(`Cannot find ref "${name}": no branch or tag has that name`, { hint: 'List them with "wap lakehouse branches"' });
}

function prepareStatements({ orm }: CatalogDatabase) {
  const [name, hash, kind, prefix] = [sql.placeholder("name"), sql.placeholder("hash"), sql.placeholder("kind"), sql.placeholder("prefix")];
  const columns = { name: refs.name, kind: refs.kind, hash: refs.hash };
  return {
    find: orm.select(columns).from(refs).where(eq(refs.name, name)).prepare(),
    // Not LIKE: it would take "_" for any character and ignore case.
    list: orm
      .select(columns)
      .from(refs)
      .where(and(or(sql`${kind} is null`, eq(refs.kind, kind)), gte(refs.name, prefix), sql`substr(${refs.name}, 1, length(${prefix})) = ${prefix}`))
      .orderBy(asc(refs.name))
      .prepare(),
    insert: orm.insert(refs).values({ name, kind, hash }).prepare(),
    update: orm.update(refs).set({ hash: sql`${hash}` }).where(eq(refs.name, name)).prepare(),
    delete: orm.delete(refs).where(eq(refs.name, name)).prepare(),
  };
}
