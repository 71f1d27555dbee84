/**
 * The catalog's SQLite file: transactions, and what its errors mean.
 *
 * @module
 */
import { explaining, openSqlite, type SqliteDatabase, type SqliteFormat } from "@wap/core/sqlite";
import { type BetterSQLite3Database, drizzle } from "drizzle-orm/better-sqlite3";
import init from "./migrations/0000_init.sql" with { type: "text" };

/** "wapc" in ASCII. */
const FORMAT: SqliteFormat = { what: "catalog", applicationId: 0x77617063, migrations: [init] };

/** An open catalog file. Several processes may have the same file open. */
export class CatalogDatabase implements Disposable {
  /** For preparing statements; they are run inside {@linkcode CatalogDatabase.run} or {@linkcode CatalogDatabase.write}. */
  readonly orm: BetterSQLite3Database;
  readonly #sqlite: SqliteDatabase;
  readonly #path: string;

  /**
   * Opens a catalog file, made with its directory if it is not there, and brings its schema up to date.
   *
   * @param path The file.
   * @throws {TerminalError} If the file is damaged or not a catalog.
   * @throws {UsageError} If a newer version of the program wrote it.
   */
  constructor(path: string) {
    this.#path = path;
    this.#sqlite = openSqlite(path, FORMAT);
    this.orm = drizzle(this.#sqlite);
  }

  /** Runs statements outside a transaction of their own, and says in words what SQLite objects to. */
  run<T>(work: () => T): T {
    return explaining(this.#path, FORMAT.what, work);
  }

  /** Runs work in one transaction that holds the write lock from its start: all of it is kept, durably, or none. */
  write<T>(work: () => T): T {
    return explaining(this.#path, FORMAT.what, () => this.#sqlite.transaction(work).immediate());
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#sqlite.close();
  }
}
