import { NotFoundError, TerminalError } from "@wap/core";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { NOTE, TestLakehouse } from "../testing.ts";

/** A lakehouse with the tables `taxi.trips`, `taxi.zones` and `a.b.deep`. */
async function openFilled(): Promise<TestLakehouse> {
  const test = await TestLakehouse.open();
  await test.import(await test.scratch.write("trips.csv", "id,fare\n1,2.5\n2,3.5\n"), { table: "taxi.trips" });
  await test.import(await test.scratch.write("zones.csv", "id,zone\n1,Queens\n"), { table: "taxi.zones" });
  await test.import(await test.scratch.write("deep.csv", "id\n7\n"), { table: "a.b.deep" });
  return test;
}

Deno.test("query() finds tables by full name, by name alone, in any case, and in namespaces with dots", async () => {
  await using test = await openFilled();
  for (const name of ["taxi.trips", "trips", "TRIPS", '"Taxi"."Trips"']) {
    assertEquals(await test.rows(`SELECT count(*) AS n FROM ${name}`), [{ n: "2" }], name);
  }
  assertEquals(await test.rows('SELECT id FROM a.b.deep UNION ALL SELECT id FROM "a.b".deep UNION ALL FROM deep'), [{ id: "7" }, { id: "7" }, { id: "7" }]);
  assertEquals(await test.rows("WITH trips AS (SELECT 5 AS n) SELECT n FROM trips"), [{ n: "5" }]);
  assertEquals(await test.rows("SELECT zone, fare FROM taxi.trips JOIN taxi.zones USING (id)"), [{ zone: "Queens", fare: "2.5" }]);
});

Deno.test("query() says which table is not there and which may be meant", async () => {
  await using test = await openFilled();
  const error = await assertRejects(() => test.rows("SELECT * FROM taxi.trip"), TerminalError);
  assertEquals([error.code, error.message], ["table_not_found", 'Cannot run the SQL: there is no table "taxi.trip" at ref "main"']);
  assertEquals(error.hint, 'Perhaps "taxi.trips" is meant');
  await assertRejects(() => test.lakehouse.query("SELECT 1", { ref: "nowhere" }), NotFoundError);
});

Deno.test("query() does not guess between tables of one name", async () => {
  await using test = await openFilled();
  await test.import(await test.scratch.write("t2.csv", "id\n9\n"), { table: "bus.trips" });
  const error = await assertRejects(() => test.rows("SELECT * FROM trips"), TerminalError);
  assertStringIncludes(error.message, '"trips" can mean "bus.trips" and "taxi.trips"');
  await test.import(await test.scratch.write("t3.csv", "id\n9\n"), { table: "Taxi.trips" });
  assertEquals(await test.rows("SELECT count(*) AS n FROM taxi.trips"), [{ n: "2" }]);
  assertEquals(await test.rows('SELECT count(*) AS n FROM "Taxi".trips'), [{ n: "1" }]);
  await assertRejects(() => test.rows('SELECT * FROM taxi.trips, "Taxi".trips'), TerminalError, "can mean");
});

Deno.test("query() reaches no file, no network, no setting and no other table's files", async () => {
  await using test = await openFilled();
  const secret = await test.scratch.write("secret.csv", "a\n1\n");
  const data = (await test.files()).find((file) => file.includes("zones"))!;
  const reads = [
    `read_csv('${secret}')`,
    `read_text('${secret}')`,
    `read_blob('${secret}')`,
    `'${secret}'`,
    `glob('${test.scratch.path}/*')`,
    "glob('/**')",
    `read_parquet('${test.root}/${data}')`,
    `parquet_metadata('${test.root}/${data}')`,
    "read_csv('https://example.org/a.csv')",
    "sniff_csv('/etc/passwd')",
    `query('SELECT * FROM read_text(''${secret}'')')`,
    "query_table('zones')",
    "duckdb_secrets()",
  ];
  for (const source of reads) await assertRejects(() => test.rows(`SELECT * FROM ${source}, taxi.trips`), TerminalError, "Cannot run the SQL: ");
  await assertRejects(() => test.rows("SELECT getenv('HOME')"), TerminalError);
});

Deno.test("query() reports what DuckDB says about wrong SQL, with its suggestion as the hint", async () => {
  await using test = await openFilled();
  const error = await assertRejects(() => test.rows("SELECT fair FROM trips"), TerminalError);
  assertStringIncludes(error.message, 'Cannot run the SQL: Binder Error: Referenced column "fair" not found');
  assertStringIncludes(error.hint ?? "", '"fare"');
  assert(!error.message.includes("\n"), error.message);
  await assertRejects(() => test.rows("SELECT 1 / 0 + CAST('x' AS INTEGER)"), TerminalError, "Conversion Error");
});

Deno.test("query() sees each ref's tables, even when both are asked at once", async () => {
  await using test = await openFilled();
  await test.lakehouse.createBranch("dev", { from: "main" });
  await test.lakehouse.materialize({ branch: "dev", table: { namespace: "taxi", name: "trips" }, sql: "SELECT 9 AS id", ...NOTE });
  const sql = "SELECT max(id) AS id FROM taxi.trips";
  const refs = Array.from({ length: 6 }, (_, index) => index % 2 === 0 ? "main" : "dev");
  const found = await Promise.all(refs.map((ref) => test.rows(sql, ref)));
  assertEquals(found.map(([row]) => row!["id"]), ["2", "9", "2", "9", "2", "9"]);
});

Deno.test("query() keeps rows in the order they were imported", async () => {
  await using test = await TestLakehouse.open();
  const lines = Array.from({ length: 500 }, (_, index) => 500 - index);
  for (const [index, part] of [lines.slice(0, 200), lines.slice(200)].entries()) {
    await test.import(await test.scratch.write(`${index}.csv`, `id\n${part.join("\n")}\n`));
  }
  assertEquals((await test.rows("SELECT id FROM n.t")).map(({ id }) => Number(id)), lines);
});

Deno.test("query() leaves nothing in staging, whether it succeeds or fails", async () => {
  await using test = await openFilled();
  await test.rows("SELECT * FROM trips ORDER BY fare");
  await assertRejects(() => test.rows("SELECT nothing FROM trips"), TerminalError);
  assertEquals((await test.files()).filter((file) => file.startsWith("staging")), []);
});

Deno.test("query() of `added` sees the rows that came since a commit, under any name", async () => {
  await using test = await openFilled();
  const { lakehouse } = test;
  const since = await lakehouse.resolve("main");
  await test.import(await test.scratch.write("more.csv", "id,fare,tip\n3,1.0,0.5\n"), { table: "taxi.trips" });
  const added = { "new rows": { table: { namespace: "taxi", name: "trips" }, since } };
  const table = await lakehouse.query('SELECT (SELECT count(*) FROM trips)::INTEGER AS every, n.* FROM "new rows" n', { ref: "main", added });
  assertEquals(table.toArray().map((row) => ({ ...row.toJSON() })), [{ every: 3, id: 3n, fare: 1, tip: 0.5 }]);
});

Deno.test("scan() reads the columns asked for, in their order, found in any case", async () => {
  await using test = await openFilled();
  const table = { namespace: "taxi", name: "trips" };
  const batches = await Array.fromAsync(test.lakehouse.scan({ table, ref: "main", columns: ["FARE", "id"] }));
  assertEquals(batches.map((batch) => batch.schema.names), [["fare", "id"]]);
  const error = await assertRejects(() => Array.fromAsync(test.lakehouse.scan({ table, ref: "main", columns: ["far"] })), TerminalError);
  assertEquals([error.code, error.hint], ["column_not_found", 'Perhaps "fare" is meant']);
});

Deno.test("scan() of a table without rows still tells its columns", async () => {
  await using test = await TestLakehouse.open();
  await test.import(await test.scratch.write("a.csv", "id,name\n"));
  const batches = await Array.fromAsync(test.lakehouse.scan({ table: { namespace: "n", name: "t" }, ref: "main" }));
  assertEquals(batches.map((batch) => [batch.numRows, batch.schema.names]), [[0, ["id", "name"]]]);
});

Deno.test("scan() that is left early frees its DuckDB and its files", async () => {
  await using test = await TestLakehouse.open();
  await test.import(await test.scratch.writeParquet("a.parquet", "SELECT i FROM range(300000) t(i)"));
  for await (const batch of test.lakehouse.scan({ table: { namespace: "n", name: "t" }, ref: "main" })) {
    assert(batch.numRows > 0);
    break;
  }
  assertEquals((await test.files()).filter((file) => file.startsWith("staging")), []);
});
