import { RetryableError, TerminalError, UsageError } from "@wap/core";
import { assertEquals, assertStrictEquals, assertStringIncludes, assertThrows } from "@std/assert";
// @ts-types="@types/better-sqlite3"
import Database from "better-sqlite3";
import { sql } from "drizzle-orm";
import { join } from "node:path";
import { Catalog } from "./catalog.ts";
import { CatalogDatabase } from "./database.ts";
import { SqliteObjects } from "./sqlite_objects.ts";
import journal from "./migrations/meta/_journal.json" with { type: "json" };

/** A directory that is gone when the test is over. */
function makeDirectory(): Disposable & { path: string } {
  const path = Deno.makeTempDirSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

function withSqlite<T>(path: string, work: (sqlite: Database.Database) => T): T {
  const sqlite = new Database(path);
  try {
    return work(sqlite);
  } finally {
    sqlite.close();
  }
}

/** The first column of the first row that a statement answers. */
function ask(database: CatalogDatabase, statement: string): unknown {
  return database.orm.values<[unknown]>(sql.raw(statement))[0]?.[0];
}

Deno.test("opening a catalog makes the directories above it", () => {
  using directory = makeDirectory();
  const path = join(directory.path, "a", "b", "catalog.db");
  Catalog.open(path)[Symbol.dispose]();
  assertEquals(Deno.statSync(path).isFile, true);
});

Deno.test("a catalog keeps what was committed when it is opened again", () => {
  using directory = makeDirectory();
  const path = join(directory.path, "catalog.db");
  const table = { namespace: "taxi", name: "trips" };
  const entry = { uuid: "u", state: "0".repeat(64), records: 3, size: 40 };
  {
    using catalog = Catalog.open(path);
    catalog.commit({ branch: "main", message: "m", author: "ann" }, () => [{ kind: "putTable", table, entry }]);
  }
  using catalog = Catalog.open(path);
  assertEquals(catalog.findTable("main", table), entry);
});

Deno.test("a catalog is in WAL mode, synced in full, with foreign keys", () => {
  using directory = makeDirectory();
  using database = new CatalogDatabase(join(directory.path, "catalog.db"));
  const pragmas = ["journal_mode", "synchronous", "foreign_keys"];
  const FULL = 2;
  assertEquals(pragmas.map((pragma) => ask(database, `PRAGMA ${pragma}`)), ["wal", FULL, 1]);
});

Deno.test("a catalog's format is the number of generated migrations", () => {
  using directory = makeDirectory();
  using database = new CatalogDatabase(join(directory.path, "catalog.db"));
  assertEquals(ask(database, "PRAGMA user_version"), journal.entries.length);
});

Deno.test("a catalog written by a newer program is refused and left as it is", () => {
  using directory = makeDirectory();
  const path = join(directory.path, "catalog.db");
  Catalog.open(path)[Symbol.dispose]();
  withSqlite(path, (sqlite) => sqlite.pragma("user_version = 99"));
  const error = assertThrows(() => Catalog.open(path), UsageError, `Cannot open catalog "${path}": a newer version of wap wrote it (format 99`);
  assertEquals(error.code, "database_too_new");
  assertEquals(withSqlite(path, (sqlite) => sqlite.pragma("user_version", { simple: true })), 99);
});

Deno.test("a file that is not SQLite is refused by name and left as it is", () => {
  using directory = makeDirectory();
  const path = join(directory.path, "catalog.db");
  const text = "not a database\n".repeat(100);
  Deno.writeTextFileSync(path, text);
  const error = assertThrows(() => Catalog.open(path), TerminalError, `Cannot read catalog "${path}": the file is damaged`);
  assertEquals(error.code, "database_damaged");
  assertEquals(Deno.readTextFileSync(path), text);
});

Deno.test("a catalog cut off in the middle is refused by name", () => {
  using directory = makeDirectory();
  const path = join(directory.path, "catalog.db");
  Catalog.open(path)[Symbol.dispose]();
  Deno.truncateSync(path, 3 * 4096);
  assertThrows(() => Catalog.open(path).listTables("main"), TerminalError, `Cannot read catalog "${path}"`);
});

Deno.test("another program's SQLite file is refused and not added to", () => {
  using directory = makeDirectory();
  for (const version of [0, 1]) {
    const path = join(directory.path, `other${version}.db`);
    withSqlite(path, (sqlite) => sqlite.exec(`CREATE TABLE notes (text); PRAGMA user_version = ${version}`));
    assertThrows(() => Catalog.open(path), TerminalError, `Cannot open catalog "${path}": it is a SQLite file of another program`);
    assertEquals(withSqlite(path, (sqlite) => sqlite.prepare("SELECT name FROM sqlite_schema").pluck().all()), ["notes"]);
  }
});

Deno.test("a directory that cannot be made is refused by name", () => {
  using directory = makeDirectory();
  const file = join(directory.path, "file");
  Deno.writeTextFileSync(file, "");
  const error = assertThrows(() => Catalog.open(join(file, "catalog.db")), TerminalError);
  assertStringIncludes(error.message, `Cannot use catalog "${join(file, "catalog.db")}"`);
});

Deno.test("a full disk is an error to try again after, and loses nothing that was committed", () => {
  using directory = makeDirectory();
  const path = join(directory.path, "catalog.db");
  using database = new CatalogDatabase(path);
  ask(database, `PRAGMA max_page_count = ${ask(database, "PRAGMA page_count")}`);
  const objects = new SqliteObjects(database);
  const write = () => database.write(() => objects.put("x".repeat(100_000)));
  const error = assertThrows(write, RetryableError, `Cannot write catalog "${path}": the disk is full`);
  assertEquals(error.code, "disk_full");
  assertEquals(ask(database, "SELECT count(*) FROM objects"), 0);
});

Deno.test("a transaction that fails is rolled back and its own error comes through", () => {
  using directory = makeDirectory();
  using database = new CatalogDatabase(join(directory.path, "catalog.db"));
  const failure = new TypeError("Cannot go on: told to stop");
  const objects = new SqliteObjects(database);
  const error = assertThrows(() =>
    database.write(() => {
      objects.put("half");
      throw failure;
    })
  );
  assertStrictEquals(error, failure);
  assertEquals(ask(database, "SELECT count(*) FROM objects"), 0);
});
