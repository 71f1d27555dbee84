/**
 * The object store in the catalog's file.
 *
 * @module
 */
import { canonicalJson, sha256, TerminalError } from "@wap/core";
import { eq, sql } from "drizzle-orm";
import type { CatalogDatabase } from "./database.ts";
import type { ObjectStore } from "./object_store.ts";
import { objects } from "./schema.ts";

/** Keeps objects in SQLite. What is put inside a transaction is there only if that is committed. */
export class SqliteObjects implements ObjectStore {
  readonly #database: CatalogDatabase;
  readonly #select;
  readonly #insert;

  /** Prepares the statements on an open catalog file. */
  constructor(database: CatalogDatabase) {
    this.#database = database;
    this.#select = database.orm.select({ body: objects.body }).from(objects).where(eq(objects.hash, sql.placeholder("hash"))).prepare();
    this.#insert = database.orm.insert(objects).values({ hash: sql.placeholder("hash"), body: sql.placeholder("body") }).onConflictDoNothing().prepare();
  }

  /** Reads a value. @throws {TerminalError} If there is none of that hash. */
  get(hash: string): unknown {
    const row = this.#database.run(() => this.#select.get({ hash }));
    if (row === undefined) throw new TerminalError(`Cannot read object ${hash.slice(0, 12)}: the catalog does not have it`, { code: "catalog_damaged" });
    return JSON.parse(row.body);
  }

  /** Keeps a value and answers its hash. */
  put(value: unknown): string {
    const body = canonicalJson(value);
    const hash = sha256(body);
    this.#database.run(() => this.#insert.run({ hash, body }));
    return hash;
  }
}
