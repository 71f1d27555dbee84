/**
 * Opening a SQLite file of ours: pragmas, migrations, and errors that say what is wrong with the file.
 *
 * @module
 */
import Database from "better-sqlite3";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { TerminalError, UsageError, WapError } from "../errors.ts";

/** A folder that drizzle-kit generated: its journal, imported as JSON, and its URL. */
export interface Migrations {
  /** The parsed `meta/_journal.json`. */
  journal: { entries: { tag: string }[] };
  /** The folder's URL, with a slash at the end. */
  url: URL;
}

/** An open SQLite database. */
export type SqliteDatabase = Database.Database;

const BREAKPOINT = "--> statement-breakpoint";
/** Longer than any transaction of ours; a process that waits longer than this has met a fault, not a queue. */
const BUSY_TIMEOUT_MS = 10_000;

/**
 * Opens a database in WAL mode with full durability, making the file and its folder if need be, and applies missing migrations.
 *
 * @param path The file.
 * @param options `what` names the file's role in messages ("run store"); `migrations` take it to the newest schema.
 * @returns The open database.
 * @throws {UsageError} If the file was written by a newer version of `wap`.
 * @throws {TerminalError} If it cannot be opened, or is not a database.
 */
export function openDatabase(path: string, options: { what: string; migrations: Migrations }): SqliteDatabase {
  let database: SqliteDatabase | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    migrate(database, path, options);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof WapError) throw error;
    throw new TerminalError(`Cannot open ${options.what} "${path}": ${explain(error)}`, {
      code: "store_unusable",
      hint: "Check the file, its permissions and the free space, or point --home at another folder",
      cause: error,
    });
  }
}

function explain(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === "SQLITE_NOTADB") return "it is not a SQLite database";
  if (code?.startsWith("SQLITE_CORRUPT")) return "the file is damaged";
  if (code === "SQLITE_FULL" || code === "ENOSPC") return "the disk is full";
  if (code?.startsWith("SQLITE_READONLY") || code === "EACCES" || code === "EROFS") return "no permission to write";
  return message ?? String(error);
}

/** `user_version` counts the migrations applied, so that an up-to-date file costs one pragma and no file reads. */
function migrate(database: SqliteDatabase, path: string, { what, migrations }: { what: string; migrations: Migrations }): void {
  const wanted = migrations.journal.entries;
  if (version(database) === wanted.length) return;
  database.transaction(() => {
    const applied = version(database);
    if (applied > wanted.length) {
      throw new UsageError(`Cannot open ${what} "${path}": a newer version of wap wrote it (schema ${applied}, this one knows ${wanted.length})`, {
        code: "store_too_new",
        hint: "Update wap, or point --home at another folder",
      });
    }
    for (const { tag } of wanted.slice(applied)) {
      const statements = readFileSync(new URL(`${tag}.sql`, migrations.url), "utf8").split(BREAKPOINT);
      for (const statement of statements) database.exec(statement);
    }
    database.pragma(`user_version = ${wanted.length}`);
  }).immediate();
}

function version(database: SqliteDatabase): number {
  return database.pragma("user_version", { simple: true }) as number;
}
