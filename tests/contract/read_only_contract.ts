/**
 * The contract of what a query cannot do: write, change settings, or read anything outside the lakehouse.
 *
 * @module
 */
import { TerminalError } from "@wap/core";
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { type ContractTests, NOTE, TRIPS } from "./world.ts";

const WRITING = [
  "INSERT INTO taxi.trips VALUES (2)",
  "UPDATE taxi.trips SET id = 2",
  "DELETE FROM taxi.trips",
  "TRUNCATE taxi.trips",
  "DROP TABLE taxi.trips",
  "ALTER TABLE taxi.trips ADD COLUMN x INTEGER",
  "CREATE TABLE taxi.more AS SELECT 1",
  "CREATE VIEW v AS SELECT 1",
  "WITH x AS (SELECT 1) INSERT INTO taxi.trips SELECT * FROM x",
  "SELECT 1; DROP TABLE taxi.trips",
];

const CHANGING = [
  "SET enable_external_access = true",
  "SET threads = 1",
  "RESET threads",
  "PRAGMA threads = 1",
  "PRAGMA database_list",
  "INSTALL httpfs",
  "LOAD httpfs",
  "ATTACH ':memory:' AS other",
  "DETACH memory",
  "USE main",
  "CALL pragma_version()",
  "EXPORT DATABASE '/tmp/wap-export'",
  "BEGIN",
  "CHECKPOINT",
];

/** Ways to read a file by its path. */
function readsOf(path: string): string[] {
  return [
    `SELECT * FROM read_csv('${path}')`,
    `SELECT * FROM '${path}'`,
    `SELECT * FROM read_text('${path}')`,
    `SELECT * FROM read_blob('${path}')`,
    `SELECT (SELECT content FROM read_text('${path}')) AS content`,
    `FROM query('SELECT * FROM read_text(''${path}'')')`,
  ];
}

/** The contract of reading only. */
export const readOnlyContract: ContractTests = {
  "query() refuses statements that write": async (world) => {
    await world.import({ from: await world.write("a.csv", "id", "1") });
    const before = [await world.refs(), await world.trips()];
    for (const sql of WRITING) await assertRejects(() => world.lakehouse.query(sql, { ref: "main" }), TerminalError, undefined, sql);
    assertEquals([await world.refs(), await world.trips(), await world.ids()], [...before, [1]]);
  },

  "query() refuses statements that are no query": async (world) => {
    for (const sql of CHANGING) await assertRejects(() => world.lakehouse.query(sql, { ref: "main" }), TerminalError, undefined, sql);
  },

  "query() reads no file": async (world) => {
    await world.import({ from: await world.write("a.csv", "id", "1") });
    const secret = await world.write("secret.csv", "id", "42");
    const parquet = await world.writeParquet("secret.parquet", "SELECT 42 AS id");
    const reads = [...readsOf(secret), ...readsOf("/etc/passwd"), `SELECT * FROM read_parquet('${parquet}')`, `SELECT * FROM '${parquet}'`];
    for (const sql of [...reads, `SELECT * FROM glob('${world.folder}/*')`, "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')"]) {
      await assertRejects(() => world.lakehouse.query(sql, { ref: "main" }), TerminalError, undefined, sql);
    }
  },

  "query() writes no file": async (world) => {
    const path = join(world.folder, "out.csv");
    for (const sql of [`COPY (SELECT 1) TO '${path}'`, `COPY taxi.trips TO '${path}'`, `EXPORT DATABASE '${path}'`, `ATTACH '${path}' AS out`]) {
      await assertRejects(() => world.lakehouse.query(sql, { ref: "main" }), TerminalError, undefined, sql);
    }
    assertEquals(await Array.fromAsync(Deno.readDir(world.folder)), []);
  },

  "query() does not tell the environment": async (world) => {
    Deno.env.set("WAP_CONTRACT_SECRET", "42");
    try {
      const answer = await world.rows("SELECT getenv('WAP_CONTRACT_SECRET') AS secret").catch((error: unknown) => error);
      if (!(answer instanceof TerminalError)) assertEquals(answer, [{ secret: "" }]);
    } finally {
      Deno.env.delete("WAP_CONTRACT_SECRET");
    }
  },

  "materialize() takes one SELECT, and what it is refused changes nothing": async (world) => {
    await world.import({ from: await world.write("a.csv", "id", "1") });
    const before = [await world.refs(), await world.trips()];
    const statements = [...WRITING, ...readsOf("/etc/passwd"), "SELEC 1", "SELECT nothing FROM taxi.trips", "SELECT 1 AS id; SELECT 2"];
    for (const sql of statements) {
      await assertRejects(() => world.lakehouse.materialize({ branch: "main", table: TRIPS, sql, ...NOTE }), TerminalError, undefined, sql);
    }
    assertEquals([await world.refs(), await world.trips()], before);
  },
};
