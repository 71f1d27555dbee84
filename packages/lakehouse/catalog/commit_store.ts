/**
 * Commits in the catalog's file, and walking their history.
 *
 * @module
 */
import { canonicalJson, sha256 } from "@wap/core";
import type { Commit } from "@wap/core";
import { eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { commonAncestors, isReachable, type ParentsOf, reachable } from "./ancestry.ts";
import type { CatalogDatabase } from "./database.ts";
import { commits } from "./schema.ts";

/** A commit where it stands in the catalog's file. */
export interface CommitRow {
  /** Its number; greater than its parents'. */
  seq: number;
  /** Its hash. */
  hash: string;
  /** The root of its tree. */
  tree: string;
}

/** A commit to be made. */
export interface NewCommit extends Omit<Commit, "hash" | "parents"> {
  /** The commits it follows: none for the first, two for a merge (target first). */
  parents: CommitRow[];
  /** The root of its tree, which is in the object store. */
  tree: string;
}

/** Reads and adds commits. */
export class CommitStore {
  readonly #database: CatalogDatabase;
  readonly #statements;
  readonly #parentsOf: ParentsOf;

  /** Prepares the statements on an open catalog file. */
  constructor(database: CatalogDatabase) {
    this.#database = database;
    this.#statements = prepareStatements(database);
    this.#parentsOf = (commit) => {
      const row = database.run(() => this.#statements.parents.get({ seq: commit }));
      return [row?.first, row?.second].filter((parent) => typeof parent === "number");
    };
  }

  /** The commit of that hash, or null. */
  find(hash: string): CommitRow | null {
    return this.#database.run(() => this.#statements.find.get({ hash })) ?? null;
  }

  /** The whole of a commit. */
  read(seq: number): Commit {
    const { first, second, properties, ...rest } = this.#database.run(() => this.#statements.read.get({ seq })!);
    return { ...rest, parents: [first, second].filter((parent) => parent !== null), properties: JSON.parse(properties) };
  }

  /** Adds a commit, which is named by the hash of its content; one that is there already is the same commit. */
  add({ parents, ...content }: NewCommit): CommitRow {
    const hash = sha256(canonicalJson({ ...content, parents: parents.map((parent) => parent.hash) }));
    const row = { ...content, hash, first: parents[0]?.seq ?? null, second: parents[1]?.seq ?? null, properties: JSON.stringify(content.properties) };
    this.#database.run(() => this.#statements.insert.run(row));
    return this.find(hash)!;
  }

  /** Commits reachable from one, newest first, without those reachable from `until`. Read as they are asked for. */
  *log(from: CommitRow, options: { until?: CommitRow } = {}): Generator<Commit> {
    for (const commit of reachable(this.#parentsOf, { from: from.seq, until: options.until?.seq })) yield this.read(commit);
  }

  /** Whether a commit is in the history of another; every commit is in its own. */
  isReachable(ancestor: CommitRow, from: CommitRow): boolean {
    return isReachable(this.#parentsOf, { ancestor: ancestor.seq, commit: from.seq });
  }

  /** The best common ancestors of two commits: one, or several after merges in both directions. */
  commonAncestors(left: CommitRow, right: CommitRow): CommitRow[] {
    const numbers = commonAncestors(this.#parentsOf, { left: left.seq, right: right.seq });
    return this.#database.run(() => numbers.map((seq) => this.#statements.place.get({ seq })!));
  }
}

function prepareStatements({ orm }: CatalogDatabase) {
  const [first, second] = [alias(commits, "first"), alias(commits, "second")];
  const place = { seq: commits.seq, hash: commits.hash, tree: commits.tree };
  const bySeq = eq(commits.seq, sql.placeholder("seq"));
  return {
    find: orm.select(place).from(commits).where(eq(commits.hash, sql.placeholder("hash"))).prepare(),
    place: orm.select(place).from(commits).where(bySeq).prepare(),
    parents: orm.select({ first: commits.firstParent, second: commits.secondParent }).from(commits).where(bySeq).prepare(),
    read: orm
      .select({
        hash: commits.hash,
        first: first.hash,
        second: second.hash,
        message: commits.message,
        author: commits.author,
        committedAt: commits.committedAt,
        properties: commits.properties,
      })
      .from(commits)
      .leftJoin(first, eq(first.seq, commits.firstParent))
      .leftJoin(second, eq(second.seq, commits.secondParent))
      .where(bySeq)
      .prepare(),
    insert: orm
      .insert(commits)
      .values({
        hash: sql.placeholder("hash"),
        firstParent: sql.placeholder("first"),
        secondParent: sql.placeholder("second"),
        tree: sql.placeholder("tree"),
        message: sql.placeholder("message"),
        author: sql.placeholder("author"),
        committedAt: sql.placeholder("committedAt"),
        properties: sql.placeholder("properties"),
      })
      .onConflictDoNothing({ target: commits.hash })
      .prepare(),
  };
}
