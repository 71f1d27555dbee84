import { assertEquals, assertRejects } from "@std/assert";
import Database from "better-sqlite3";
import { join } from "node:path";
import { RetryableError } from "../errors.ts";
import { explaining, type SqliteDatabase } from "../sqlite.ts";
import { Writer } from "./writer.ts";

/** A database with one table, a writer on it that counts its transactions, and a second connection to see what is committed. */
async function withWriter(test: (parts: { writer: Writer; database: SqliteDatabase; other: SqliteDatabase; transactions: () => number }) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "test.db");
  const [database, other] = [new Database(path, { timeout: 0 }), new Database(path, { timeout: 0 })];
  let transactions = 0;
  try {
    database.pragma("journal_mode = WAL");
    database.exec("create table notes (text text primary key)");
    const writer = new Writer(database, {
      explaining: (work) => {
        transactions++;
        explaining(path, "test", work);
      },
    });
    await test({ writer, database, other, transactions: () => transactions });
  } finally {
    database.close();
    other.close();
    await Deno.remove(folder, { recursive: true });
  }
}

function note(database: SqliteDatabase, text: string): () => string {
  return () => {
    database.prepare("insert into notes values (?)").run(text);
    return text;
  };
}

function notesIn(database: SqliteDatabase): unknown[] {
  return database.prepare("select text from notes order by text").pluck().all();
}

Deno.test("Writer.write() resolves with what the write answered, once others can see it", async () => {
  await withWriter(async ({ writer, database, other }) => {
    const written = writer.write(note(database, "a"));
    assertEquals(notesIn(other), []);
    assertEquals(await written, "a");
    assertEquals(notesIn(other), ["a"]);
  });
});

Deno.test("Writer.write() puts what was asked for in one turn into one transaction", async () => {
  await withWriter(async ({ writer, database, other, transactions }) => {
    const texts = ["a", "b", "c"];
    assertEquals(await Promise.all(texts.map((text) => writer.write(note(database, text)))), texts);
    assertEquals(transactions(), 1);
    await writer.write(note(database, "d"));
    assertEquals([transactions(), notesIn(other)], [2, ["a", "b", "c", "d"]]);
  });
});

Deno.test("Writer.write() rejects the write that throws, takes back what it did, and stores the others", async () => {
  await withWriter(async ({ writer, database, other }) => {
    const half = () => {
      note(database, "half")();
      throw new RangeError("no");
    };
    const results = await Promise.allSettled([writer.write(note(database, "a")), writer.write(half), writer.write(note(database, "b"))]);
    assertEquals(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
    assertEquals((results[1] as PromiseRejectedResult).reason instanceof RangeError, true);
    assertEquals(notesIn(other), ["a", "b"]);
  });
});

Deno.test("Writer.write() rejects a whole batch that cannot be begun, and begins it once", async () => {
  await withWriter(async ({ writer, database, other, transactions }) => {
    other.exec("begin immediate");
    const results = await Promise.allSettled(["a", "b"].map((text) => writer.write(note(database, text))));
    assertEquals(results.map((result) => result.status === "rejected" && result.reason instanceof RetryableError), [true, true]);
    assertEquals(transactions(), 1);
    other.exec("rollback");
    await writer.write(note(database, "c"));
    assertEquals(notesIn(other), ["c"]);
  });
});

Deno.test("Writer.flush() commits what waits, at once", async () => {
  await withWriter(async ({ writer, database, other }) => {
    const written = writer.write(note(database, "a"));
    writer.flush();
    assertEquals(notesIn(other), ["a"]);
    await written;
  });
});

Deno.test("Writer.write() says which write broke a constraint, in words, also within a batch", async () => {
  await withWriter(async ({ writer, database }) => {
    const [first, second] = [writer.write(note(database, "a")), writer.write(note(database, "a"))];
    await first;
    await assertRejects(() => second, Error, "UNIQUE constraint failed");
  });
});
