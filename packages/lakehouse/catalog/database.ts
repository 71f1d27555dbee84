/**
 * The catalog's SQLite file: opening it, bringing its schema up to date, transactions, and what its errors mean.
 *
 * @module
 */
import { RetryableError, TerminalError, WapError } from "@wap/core";
// @ts-types="@types/better-sqlite3"
import Database from "better-sqlite3";
import { type BetterSQLite3Database, drizzle } from "drizzle-orm/better-sqlite3";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import init from "./migrations/0000_init.sql" with { type: "text" };

/** Every migration in order; a catalog's `user_version` says how many of them it has. */
const MIGRATIONS = [init];

/** "wapc": tells a catalog from any other SQLite file. */
const APPLICATION_ID = 0x77617063;

const BUSY_TIMEOUT_MS = 10_000;

/** An open catalog file. Several processes may have the same file open. */
export class CatalogDatabase implements Disposable {
  /** For preparing statements; they are run inside {@linkcode CatalogDatabase.run} or {@linkcode CatalogDatabase.write}. */
  readonly orm: BetterSQLite3Database;
  readonly #sqlite: Database.Database;
  readonly #path: string;

  /**
   * Opens a catalog file, made with its directory if it is not there, and brings its schema up to date.
   *
   * @param path The file.
   * @throws {TerminalError} If the file is damaged, not a catalog, or written by a newer version of the program.
   */
  constructor(path: string) {
    this.#path = path;
    this.#sqlite = explaining(path, () => openSqlite(path));
    this.orm = drizzle(this.#sqlite);
  }

  /** Runs statements outside a transaction of their own, and says in words what SQLite objects to. */
  run<T>(work: () => T): T {
    return explaining(this.#path, work);
  }

  /** Runs work in one transaction that holds the write lock from its start: all of it is kept, durably, or none. */
  write<T>(work: () => T): T {
    return explaining(this.#path, () => this.#sqlite.transaction(work).immediate());
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#sqlite.close();
  }
}

function openSqlite(path: string): Database.Database {
  mkdirSync(dirname(path), { recursive: true });
  const sqlite = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    // SQLite rebuilds a table to change it, which foreign keys would refuse; the setting cannot change inside the migration's transaction.
    sqlite.pragma("foreign_keys = OFF");
    if (sqlite.pragma("user_version", { simple: true }) !== MIGRATIONS.length) migrate(sqlite, path);
    sqlite.pragma("journal_mode = WAL");
    sqlite.pragma("synchronous = FULL");
    sqlite.pragma("foreign_keys = ON");
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

function migrate(sqlite: Database.Database, path: string): void {
  sqlite.transaction(() => {
    // Read again under the lock: another process may have migrated the file in the meantime.
    const version = Number(sqlite.pragma("user_version", { simple: true }));
    refuseForeign(sqlite, path);
    if (version > MIGRATIONS.length) {
      throw new TerminalError(`Cannot open catalog "${path}": its format is ${version}, this program knows formats up to ${MIGRATIONS.length}`, {
        code: "catalog_too_new",
        hint: "Use the version of wap that wrote it, or a newer one",
      });
    }
    for (const migration of MIGRATIONS.slice(version)) sqlite.exec(migration);
    sqlite.pragma(`application_id = ${APPLICATION_ID}`);
    sqlite.pragma(`user_version = ${MIGRATIONS.length}`);
  }).immediate();
}

function refuseForeign(sqlite: Database.Database, path: string): void {
  if (sqlite.pragma("application_id", { simple: true }) === APPLICATION_ID) return;
  if (sqlite.prepare("SELECT 1 FROM sqlite_schema").get() === undefined) return;
  throw new TerminalError(`Cannot open catalog "${path}": it is a SQLite file of another program`, {
    code: "not_a_catalog",
    hint: "Choose another home for the lakehouse, or move the file away",
  });
}

function explaining<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explain(error, path);
  }
}

function explain(error: unknown, path: string): unknown {
  if (error instanceof WapError || !(error instanceof Error)) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new RetryableError(`Cannot use catalog "${path}": another process holds it`, { code: "catalog_busy", cause: error });
  }
  if (code === "SQLITE_FULL" || code === "ENOSPC") {
    return new RetryableError(`Cannot write catalog "${path}": the disk is full`, { code: "disk_full", hint: "Free some space", cause: error });
  }
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return new TerminalError(`Cannot read catalog "${path}": the file is damaged or not a catalog`, {
      code: "catalog_damaged",
      hint: "Restore it from a backup, or move it away to begin with an empty lakehouse",
      cause: error,
    });
  }
  if (code === "") return error;
  return new TerminalError(`Cannot use catalog "${path}": ${error.message}`, { code: "catalog_unusable", cause: error });
}
