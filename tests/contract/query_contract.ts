/**
 * The contract of queries and scans: where they read, and what they answer.
 *
 * @module
 */
import { NotFoundError, TerminalError, WapError } from "@wap/core";
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { RecordBatch } from "apache-arrow";
import { type ContractTests, NOTE, TRIPS, type World } from "./world.ts";

async function idsOf(batches: AsyncIterable<RecordBatch>): Promise<number[]> {
  const ids: number[] = [];
  for await (const batch of batches) for (const row of batch) ids.push(Number(row["id"]));
  return ids.toSorted((a, b) => a - b);
}

/** Makes `taxi.trips` with the ids 1 and 2, then 3 and 4 on top; answers the commit between. */
async function importTwice(world: World): Promise<string> {
  const { commit } = await world.import({ from: await world.write("a.csv", "id,name", "1,a", "2,b") });
  await world.import({ from: await world.write("b.csv", "id,name", "3,c", "4,d") });
  return commit;
}

/** The contract of reading. */
export const queryContract: ContractTests = {
  "query() reads at a branch, a tag, branch@hash and a hash": async (world) => {
    const { commit } = await world.import({ from: await world.write("a.csv", "id", "1") });
    await world.lakehouse.createTag("v1", { from: "main" });
    const { commit: second } = await world.import({ from: await world.write("b.csv", "id", "2") });
    const refs = ["main", "v1", `main@${commit}`, commit, `main@${second}`];
    assertEquals(await Promise.all(refs.map((ref) => world.ids(ref))), [[1, 2], [1], [1], [1], [1, 2]]);
  },

  "query() answers an Arrow table whose columns are there even without rows": async (world) => {
    await world.import({ from: await world.write("a.csv", "id,name", "1,x") });
    const table = await world.lakehouse.query("SELECT id, name, id / 2 AS half FROM taxi.trips WHERE id > 1", { ref: "main" });
    assertEquals([table.numRows, table.schema.fields.map((field) => field.name)], [0, ["id", "name", "half"]]);
  },

  "query() joins tables and takes any one SELECT": async (world) => {
    await world.import({ from: await world.write("a.csv", "id,zone", "1,7", "2,8", "3,7") });
    await world.import({ from: await world.write("z.csv", "id,name", "7,North", "8,South"), table: "taxi.zones" });
    const sql = `
      -- a comment; with a semicolon
      WITH counted AS (SELECT zone, count(*) AS n FROM taxi.trips GROUP BY zone)
      SELECT name, n::INTEGER AS n FROM counted JOIN taxi.zones ON zones.id = counted.zone ORDER BY name;
    `;
    assertEquals(await world.rows(sql), [{ name: "North", n: 2 }, { name: "South", n: 1 }]);
    assertEquals(await world.rows("VALUES (1), (2)"), [{ col0: 1 }, { col0: 2 }]);
  },

  "query() does not need a table": async (world) => {
    assertEquals(await world.rows("SELECT 1 AS one, 'a;b' AS text"), [{ one: 1, text: "a;b" }]);
  },

  "query() answers many rows, none lost and none twice": async (world) => {
    await world.import({ from: await world.writeParquet("a.parquet", "SELECT range AS id, 'row ' || range AS name FROM range(200000)") });
    const table = await world.lakehouse.query("SELECT id, name FROM taxi.trips ORDER BY id", { ref: "main" });
    assertEquals(table.numRows, 200_000);
    for (const index of [0, 2047, 2048, 65_535, 65_536, 122_880, 199_999]) {
      assertEquals([table.get(index)?.["id"], table.get(index)?.["name"]], [BigInt(index), `row ${index}`]);
    }
  },

  "wrong SQL, an unknown table and an unknown column are terminal errors": async (world) => {
    await world.import({ from: await world.write("a.csv", "id", "1") });
    for (const sql of ["SELEC 1", "", "SELECT * FROM taxi.nothing", "SELECT nothing FROM taxi.trips", "SELECT 1; SELECT 2", "SELECT 'x'::INTEGER"]) {
      await assertRejects(() => world.lakehouse.query(sql, { ref: "main" }), TerminalError);
    }
  },

  "query() does not find a ref that is not there": async ({ lakehouse }) => {
    await assertRejects(() => lakehouse.query("SELECT 1", { ref: "nowhere" }), NotFoundError, "nowhere");
  },

  "a table of another branch is not there": async (world) => {
    await world.lakehouse.createBranch("dev", { from: "main" });
    await world.import({ from: await world.write("a.csv", "id", "1"), branch: "dev" });
    await assertRejects(() => world.lakehouse.query("SELECT * FROM taxi.trips", { ref: "main" }), TerminalError);
  },

  "`added` names the rows that a table gained since a commit": async (world) => {
    const since = await importTwice(world);
    const added = { fresh: { table: TRIPS, since } };
    const ask = (sql: string, ref = "main") => world.lakehouse.query(sql, { ref, added });
    assertEquals((await ask("SELECT id::INTEGER AS id FROM fresh ORDER BY id")).toArray().map((row) => row["id"]), [3, 4]);
    const both = "SELECT (SELECT count(*) FROM fresh)::INTEGER AS fresh, (SELECT count(*) FROM taxi.trips)::INTEGER AS whole";
    assertEquals((await ask(both)).toArray().map((row) => row.toJSON()), [{ fresh: 2, whole: 4 }]);
    assertEquals((await ask(both, `main@${since}`)).toArray().map((row) => row.toJSON()), [{ fresh: 0, whole: 2 }]);
  },

  "`added` of a table that was not there is all of it, and after a replacement all that replaced it": async (world) => {
    const start = await world.lakehouse.resolve("main");
    await importTwice(world);
    const before = await world.lakehouse.resolve("main");
    const ids = async (since: string) => {
      const table = await world.lakehouse.query("SELECT id FROM fresh", { ref: "main", added: { fresh: { table: TRIPS, since } } });
      return table.toArray().map((row) => Number(row["id"])).toSorted((a, b) => a - b);
    };
    assertEquals([await ids(start), await ids(before)], [[1, 2, 3, 4], []]);
    await world.import({ from: await world.write("c.csv", "id,name", "5,e"), mode: "replace" });
    assertEquals(await ids(before), [5]);
  },

  "`added` has the table's columns, also those added since": async (world) => {
    const { commit: since } = await world.import({ from: await world.write("a.csv", "id", "1") });
    await world.import({ from: await world.write("b.csv", "id,tip", "2,0.5") });
    const table = await world.lakehouse.query("SELECT * FROM fresh", { ref: "main", added: { fresh: { table: TRIPS, since } } });
    assertEquals(table.schema.fields.map((field) => field.name), ["id", "tip"]);
    assertEquals(table.toArray().map((row) => [Number(row["id"]), row["tip"]]), [[2, 0.5]]);
  },

  "scan() streams the rows of a table in record batches": async (world) => {
    await importTwice(world);
    assertEquals(await idsOf(world.lakehouse.scan({ table: TRIPS, ref: "main" })), [1, 2, 3, 4]);
    for await (const batch of world.lakehouse.scan({ table: TRIPS, ref: "main" })) {
      assertEquals(batch.schema.fields.map((field) => field.name), ["id", "name"]);
    }
  },

  "scan() takes columns, and a commit since which rows were added": async (world) => {
    const since = await importTwice(world);
    for await (const batch of world.lakehouse.scan({ table: TRIPS, ref: "main", columns: ["name"] })) {
      assertEquals(batch.schema.fields.map((field) => field.name), ["name"]);
    }
    assertEquals(await idsOf(world.lakehouse.scan({ table: TRIPS, ref: "main", since })), [3, 4]);
    assertEquals(await idsOf(world.lakehouse.scan({ table: TRIPS, ref: `main@${since}`, since })), []);
    assertEquals(await idsOf(world.lakehouse.scan({ table: TRIPS, ref: since, columns: ["name", "id"] })), [1, 2]);
  },

  "scan() may be left early": async (world) => {
    await world.import({ from: await world.writeParquet("a.parquet", "SELECT range AS id FROM range(500000)") });
    for await (const batch of world.lakehouse.scan({ table: TRIPS, ref: "main" })) {
      assert(batch.numRows > 0);
      break;
    }
    assertEquals(await world.rows("SELECT count(*)::INTEGER AS n FROM taxi.trips"), [{ n: 500_000 }]);
  },

  "scan() does not find a table, a ref or a column that is not there": async (world) => {
    await world.import({ from: await world.write("a.csv", "id", "1") });
    const scan = (change: object) => Array.fromAsync(world.lakehouse.scan({ table: TRIPS, ref: "main", ...change }));
    await assertRejects(() => scan({ table: { namespace: "taxi", name: "nothing" } }), NotFoundError);
    await assertRejects(() => scan({ ref: "nowhere" }), NotFoundError);
    await assertRejects(() => scan({ columns: ["nothing"] }), WapError, "nothing");
  },

  "a reader sees a branch before or after a change, never between": async (world) => {
    await world.import({ from: await world.write("a.csv", "id,name", "1,x") });
    const change = async () => {
      for (let round = 0; round < 5; round++) {
        await world.lakehouse.materialize({ branch: "main", table: TRIPS, sql: `SELECT range AS id, '${round}' AS name FROM range(10)`, ...NOTE });
      }
    };
    let isDone = false;
    const changing = change().then(() => null, (error: unknown) => error).finally(() => (isDone = true));
    const seen: [number, number][] = [];
    while (!isDone) {
      const [row] = await world.rows("SELECT count(*)::INTEGER AS n, count(DISTINCT name)::INTEGER AS names FROM taxi.trips");
      seen.push([row!["n"] as number, row!["names"] as number]);
    }
    assertEquals(await changing, null);
    for (const [rows, names] of seen) assert((rows === 1 || rows === 10) && names === 1, JSON.stringify(seen));
  },
};
