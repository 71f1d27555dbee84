/**
 * The catalog's SQLite file: opening it, bringing its schema up to date, transactions, and what its errors mean.
 *
 * @module
 */
import { RetryableError, TerminalError } from "@wap/core";
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
const BUSY_PAUSE_MS = 5;

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
  makeDirectory(path);
  const sqlite = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    // SQLite rebuilds a table to change it, which foreign keys would refuse; the setting cannot change inside the migration's transaction.
    sqlite.pragma("foreign_keys = OFF");
    if (!isCatalog(sqlite) || formatOf(sqlite) !== MIGRATIONS.length) migrate(sqlite, path);
    switchToWal(sqlite);
    sqlite.pragma("synchronous = FULL");
    sqlite.pragma("foreign_keys = ON");
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw new TerminalError(`Cannot make the directory of catalog "${path}": ${error instanceof Error ? error.message : error}`, {
      code: "catalog_unusable",
      hint: "Choose another home for the lakehouse, or mend the permissions",
      cause: error,
    });
  }
}

/** Tries until it succeeds: while another process writes to a file that is not in WAL mode yet, SQLite refuses the switch at once, without its busy timeout. */
function switchToWal(sqlite: Database.Database): void {
  const giveUpAt = Date.now() + BUSY_TIMEOUT_MS;
  while (true) {
    try {
      sqlite.pragma("journal_mode = WAL");
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > giveUpAt) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE_MS);
    }
  }
}

function migrate(sqlite: Database.Database, path: string): void {
  sqlite.transaction(() => {
    // Read again under the lock: another process may have migrated the file in the meantime.
    const format = formatOf(sqlite);
    refuseForeign(sqlite, path);
    if (format > MIGRATIONS.length) {
      throw new TerminalError(`Cannot open catalog "${path}": its format is ${format}, this program knows formats up to ${MIGRATIONS.length}`, {
        code: "catalog_too_new",
        hint: "Use the version of wap that wrote it, or a newer one",
      });
    }
    for (const migration of MIGRATIONS.slice(format)) sqlite.exec(migration);
    sqlite.pragma(`application_id = ${APPLICATION_ID}`);
    sqlite.pragma(`user_version = ${MIGRATIONS.length}`);
  }).immediate();
}

function refuseForeign(sqlite: Database.Database, path: string): void {
  if (isCatalog(sqlite) || sqlite.prepare("SELECT 1 FROM sqlite_schema").get() === undefined) return;
  throw new TerminalError(`Cannot open catalog "${path}": it is a SQLite file of another program`, {
    code: "not_a_catalog",
    hint: "Choose another home for the lakehouse, or move the file away",
  });
}

function isCatalog(sqlite: Database.Database): boolean {
  return sqlite.pragma("application_id", { simple: true }) === APPLICATION_ID;
}

function formatOf(sqlite: Database.Database): number {
  return Number(sqlite.pragma("user_version", { simple: true }));
}

function explaining<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explain(error, path);
  }
}

function explain(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (!(error instanceof Error) || !code.startsWith("SQLITE_")) return error;
  if (isBusy(error)) return new RetryableError(`Cannot use catalog "${path}": another process holds it`, { code: "catalog_busy", cause: error });
  if (code === "SQLITE_FULL") {
    return new RetryableError(`Cannot write catalog "${path}": the disk is full`, { code: "disk_full", hint: "Free some space", cause: error });
  }
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return new TerminalError(`Cannot read catalog "${path}": the file is damaged or not a catalog`, {
      code: "catalog_damaged",
      hint: "Restore it from a backup, or move it away to begin with an empty lakehouse",
      cause: error,
    });
  }
  return new TerminalError(`Cannot use catalog "${path}": ${error.message}`, { code: "catalog_unusable", cause: error });
}

function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));
}

/** SQLite's name of an error, or whatever code it has; empty when it has none. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
