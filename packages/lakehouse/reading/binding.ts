/**
 * Making the tables that a SELECT names visible to it, under the names it uses, and nothing else.
 *
 * @module
 */
import { type AddedRows, parseTableName, TerminalError } from "@wap/core";
import type { Session } from "../duckdb/session.ts";
import { quoteName } from "../duckdb/sql.ts";
import { findNearNames } from "./near_names.ts";
import { parseSelect, type TableReference } from "./statement.ts";
import type { Relation, TableReader } from "./table_reader.ts";
import { selectTable } from "./table_sql.ts";

/** A SELECT and what it may see. */
export interface ScopedSelect {
  /** The SELECT. */
  sql: string;
  /** The commit whose tables it sees. */
  commit: string;
  /** What to call the commit in messages. */
  ref: string;
  /** Further relations by name. */
  added?: Record<string, AddedRows>;
}

/**
 * Makes a view of every table that a SELECT names.
 *
 * @param session A DuckDB without views.
 * @param tables Where tables are found.
 * @param select The SELECT and what it may see.
 * @returns The data files that the views read.
 * @throws {TerminalError} If the SQL is not one SELECT, or names a table that is not there.
 */
export async function bindTables(session: Session, tables: TableReader, select: ScopedSelect): Promise<string[]> {
  const statement = await parseSelect(session, select.sql);
  const finder = new RelationFinder(tables, select);
  const bound = new Map<string, string>();
  const paths = new Set<string>();
  for (const reference of statement.tables) {
    const isOwnQuery = reference.qualifiers.length === 0 && statement.queries.has(reference.name.toLowerCase());
    const meant = finder.find(reference, { isOwnQuery });
    if (meant === null) continue;
    const view = [...reference.qualifiers, reference.name].map(quoteName).join(".");
    const earlier = bound.get(view.toLowerCase());
    if (earlier !== undefined && earlier !== meant) throw ambiguous(reference, [earlier, meant]);
    if (earlier !== undefined) continue;
    bound.set(view.toLowerCase(), meant);
    const relation = finder.read(meant);
    await createView(session, { view, reference, relation });
    for (const path of relation.paths) paths.add(path);
  }
  return [...paths];
}

async function createView(session: Session, { view, reference, relation }: { view: string; reference: TableReference; relation: Relation }): Promise<void> {
  const [outer, inner] = reference.qualifiers.map(quoteName);
  if (inner !== undefined) await session.run(`ATTACH IF NOT EXISTS ':memory:' AS ${outer}`);
  if (outer !== undefined) await session.run(`CREATE SCHEMA IF NOT EXISTS ${[outer, inner].filter(Boolean).join(".")}`);
  await session.run(`CREATE VIEW ${view} AS ${selectTable(relation)}`);
}

/** Finds what the names in a SELECT stand for. A table is called by its full name, a further relation by its name after a colon. */
class RelationFinder {
  readonly #tables: TableReader;
  readonly #select: ScopedSelect;
  #names: string[] | undefined;

  constructor(tables: TableReader, select: ScopedSelect) {
    this.#tables = tables;
    this.#select = select;
  }

  /** What a name stands for; null when it is a query of the SELECT's own. */
  find({ qualifiers, name }: TableReference, { isOwnQuery }: { isOwnQuery: boolean }): string | null {
    const written = [...qualifiers, name].join(".");
    const relations = Object.keys(this.#select.added ?? {});
    const relation = qualifiers.length === 0 ? matchName(name, relations) : undefined;
    if (relation !== undefined) return `:${relation}`;
    const table = qualifiers.length === 0 ? this.#findBare(name) : this.#findFull(written);
    if (table !== undefined) return table;
    if (isOwnQuery) return null;
    const near = findNearNames(written, [...relations, ...this.#all()]).map((candidate) => `"${candidate}"`);
    throw new TerminalError(`Cannot run the SQL: there is no table "${written}" at ref "${this.#select.ref}"`, {
      code: "table_not_found",
      hint: near.length === 0 ? "Look at the tables there are" : `Perhaps ${near.join(" or ")} is meant`,
    });
  }

  /** The rows of what {@linkcode RelationFinder.find} answered. */
  read(meant: string): Relation {
    const { commit, added } = this.#select;
    if (!meant.startsWith(":")) return this.#tables.rows(parseTableName(meant), commit);
    const { table, since } = added![meant.slice(1)]!;
    return this.#tables.rowsSince(table, { ref: commit, since });
  }

  #findFull(written: string): string | undefined {
    const dot = written.lastIndexOf(".");
    const isThere = this.#tables.find({ namespace: written.slice(0, dot), name: written.slice(dot + 1) }, this.#select.commit) !== null;
    return isThere ? written : matchName(written, this.#all());
  }

  #findBare(name: string): string | undefined {
    const named = this.#all().filter((full) => full.slice(full.lastIndexOf(".") + 1).toLowerCase() === name.toLowerCase());
    const exact = named.filter((full) => full.endsWith(`.${name}`));
    const found = exact.length > 0 ? exact : named;
    if (found.length > 1) throw ambiguous({ qualifiers: [], name }, found);
    return found[0];
  }

  #all(): string[] {
    return this.#names ??= this.#tables.names(this.#select.commit);
  }
}

function matchName(name: string, known: readonly string[]): string | undefined {
  return known.find((candidate) => candidate === name) ?? known.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
}

function ambiguous({ qualifiers, name }: TableReference, candidates: readonly string[]): TerminalError {
  return new TerminalError(`Cannot run the SQL: "${[...qualifiers, name].join(".")}" can mean ${candidates.map((full) => `"${full}"`).join(" and ")}`, {
    code: "ambiguous_table",
    hint: "Write the namespace too, in the case it has",
  });
}
