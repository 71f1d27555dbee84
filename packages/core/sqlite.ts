/**
 * `@wap/core/sqlite`: opening a SQLite file of ours, bringing its schema up to date, and saying in words what SQLite objects to.
 *
 * @module
 */
// @ts-types="@types/better-sqlite3"
import Database from "better-sqlite3";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { RetryableError, TerminalError, UsageError, WapError } from "./errors.ts";

/** An open SQLite database. */
export type SqliteDatabase = Database.Database;

/** What makes a file one of ours. */
export interface SqliteFormat {
  /** Its role in messages: `run store`, `catalog`. */
  what: string;
  /** Tells it from any other SQLite file. */
  applicationId: number;
  /** Every migration's SQL, in order; a file's `user_version` says how many of them it has. */
  migrations: string[];
}

/** Longer than any transaction of ours takes; who waits longer has met a fault, not a queue. */
const BUSY_TIMEOUT_MS = 10_000;
const BUSY_PAUSE_MS = 5;

const REASONS: Record<string, string> = {
  EROFS: "its file system is read-only",
  EACCES: "no permission to write to its folder",
  EPERM: "no permission to write to its folder",
  ENOTDIR: "a file stands where its folder should be",
  EEXIST: "a file stands where its folder should be",
};

/**
 * Opens a file in WAL mode with full durability, made with its folder if it is not there, and applies the migrations it lacks.
 *
 * @param path The file.
 * @param format What it has to be.
 * @returns The open database.
 * @throws {UsageError} If a newer version of `wap` wrote it.
 * @throws {TerminalError} If it is damaged, another program's, or cannot be opened.
 */
export function openSqlite(path: string, format: SqliteFormat): SqliteDatabase {
  return explaining(path, format.what, () => {
    makeFolder(path, format.what);
    const sqlite = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      // SQLite rebuilds a table to change it, which foreign keys would refuse; the setting cannot change inside the migration's transaction.
      sqlite.pragma("foreign_keys = OFF");
      if (!isOurs(sqlite, format) || versionOf(sqlite) !== format.migrations.length) migrate(sqlite, path, format);
      switchToWal(sqlite);
      sqlite.pragma("synchronous = FULL");
      sqlite.pragma("foreign_keys = ON");
      return sqlite;
    } catch (error) {
      sqlite.close();
      throw error;
    }
  });
}

/**
 * Runs work on a database and turns what SQLite throws into errors that name the file and the remedy.
 *
 * @param path The file.
 * @param what Its role.
 * @param work What to do.
 * @returns What the work returns.
 * @throws {RetryableError} If the disk is full or another process holds the file for long.
 * @throws {TerminalError} If the file is damaged or cannot be read or written.
 */
export function explaining<T>(path: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explain(error, path, what);
  }
}

function makeFolder(path: string, what: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw unusable(error, path, what);
  }
}

function migrate(sqlite: SqliteDatabase, path: string, format: SqliteFormat): void {
  const { what, applicationId, migrations } = format;
  sqlite.transaction(() => {
    // Read again under the lock: another process may have migrated the file in the meantime.
    refuseForeign(sqlite, path, format);
    const version = versionOf(sqlite);
    if (version > migrations.length) {
      throw new UsageError(`Cannot open ${what} "${path}": a newer version of wap wrote it (format ${version}, this one knows ${migrations.length})`, {
        code: "database_too_new",
        hint: "Update wap, or point --home at another folder",
      });
    }
    for (const migration of migrations.slice(version)) sqlite.exec(migration);
    sqlite.pragma(`application_id = ${applicationId}`);
    sqlite.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}

/** Tries until it succeeds: while another process writes to a file that is not in WAL mode yet, SQLite refuses the switch at once, without its busy timeout. */
function switchToWal(sqlite: SqliteDatabase): void {
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

function refuseForeign(sqlite: SqliteDatabase, path: string, format: SqliteFormat): void {
  if (isOurs(sqlite, format) || sqlite.prepare("SELECT 1 FROM sqlite_schema").get() === undefined) return;
  throw new TerminalError(`Cannot open ${format.what} "${path}": it is a SQLite file of another program`, {
    code: "database_foreign",
    hint: "Move the file away, or point --home at another folder",
  });
}

function isOurs(sqlite: SqliteDatabase, { applicationId }: SqliteFormat): boolean {
  return sqlite.pragma("application_id", { simple: true }) === applicationId;
}

function versionOf(sqlite: SqliteDatabase): number {
  return Number(sqlite.pragma("user_version", { simple: true }));
}

function explain(error: unknown, path: string, what: string): unknown {
  const code = codeOf(error);
  if (error instanceof WapError || !code.startsWith("SQLITE_")) return error;
  if (isBusy(error)) return new RetryableError(`Cannot use ${what} "${path}": another process holds it`, { code: "database_busy", cause: error });
  if (code === "SQLITE_FULL") return diskFull(error, path, what);
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return new TerminalError(`Cannot read ${what} "${path}": the file is damaged, or not a SQLite database`, {
      code: "database_damaged",
      hint: "Restore it from a backup, or point --home at another folder",
      cause: error,
    });
  }
  return unusable(error, path, what);
}

function unusable(error: unknown, path: string, what: string): WapError {
  const own = codeOf(error);
  const reason = own in REASONS || own === "ENOSPC" ? own : folderFault(dirname(path));
  if (reason === "ENOSPC") return diskFull(error, path, what);
  return new TerminalError(`Cannot use ${what} "${path}": ${REASONS[reason ?? ""] ?? (error as Error).message}`, {
    code: "database_unusable",
    hint: "Make the folder writable, or point --home at another one",
    cause: error,
  });
}

function diskFull(error: unknown, path: string, what: string): RetryableError {
  return new RetryableError(`Cannot write ${what} "${path}": the disk is full`, { code: "disk_full", hint: "Free some space, then try again", cause: error });
}

/** What the system has against writing to a folder; SQLite only says that it cannot open a file there. */
function folderFault(folder: string): string | null {
  const probe = join(folder, `.wap-probe-${crypto.randomUUID()}`);
  try {
    writeFileSync(probe, "probe");
    return null;
  } catch (error) {
    return codeOf(error);
  } finally {
    rmSync(probe, { force: true });
  }
}

function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));
}

/** The name that SQLite or the system gives an error; empty when it has none. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
