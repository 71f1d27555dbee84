import { HeadMovedError, type ImportProgress, NotFoundError, TerminalError } from "@wap/core";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { DATA_FOLDER, HAS_DATA, NOTE, TestLakehouse } from "../testing/scratch.ts";

const TABLE = { namespace: "n", name: "t" };

Deno.test("an import makes the table and its namespace, in one commit with what was said about it", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id,name\n1,x\n2,y\n");
  const plan = await test.lakehouse.planImport({ table: TABLE, mode: "append", from: [path] }, { ref: "main" });
  assertEquals(plan.columns, [{ name: "id", type: "long", required: false }, { name: "name", type: "string", required: false }]);
  assertEquals(plan.addedColumns, []);
  const report = await test.lakehouse.applyImport(plan, { branch: "main", message: "Import", author: "ann", properties: { "wap.run_id": "r1" } });
  assertEquals(report, { commit: await test.lakehouse.resolve("main"), filesImported: 1, filesSkipped: 0, rowsImported: 2, bytesImported: 16 });
  const [commit] = await Array.fromAsync(test.lakehouse.log("main", { limit: 1 }));
  assertEquals([commit!.message, commit!.author, commit!.properties], ["Import", "ann", { "wap.run_id": "r1" }]);
  assertEquals(await test.rows("SELECT * FROM n.t ORDER BY id"), [{ id: "1", name: "x" }, { id: "2", name: "y" }]);
});

Deno.test("an import reads all formats together", async () => {
  await using test = await TestLakehouse.open();
  const files = [
    await test.scratch.write("a.csv", "id,x\n1,1.5\n"),
    await test.scratch.write("b.tsv.gz", gzipSync("x\tid\n2\t2\n")),
    await test.scratch.write("c.jsonl", '{"id":3,"x":null}\n'),
    await test.scratch.write("d.json", '[{"id":4}]'),
    await test.scratch.writeParquet("e.parquet", "SELECT 5::INTEGER AS id, 5.5::FLOAT AS x"),
  ];
  assertEquals((await test.import(files)).filesImported, 5);
  assertEquals(await test.columns(), ["id long", "x double"]);
  assertEquals((await test.rows("SELECT id, x FROM n.t ORDER BY id")).map(({ id, x }) => [id, x]), [["1", "1.5"], ["2", "2.0"], ["3", null], ["4", null], [
    "5",
    "5.5",
  ]]);
});

Deno.test("an import of many small files makes one data file", async () => {
  await using test = await TestLakehouse.open();
  const files = await Promise.all(Array.from({ length: 40 }, (_, index) => test.scratch.write(`${index}.csv`, `id\n${index}\n`)));
  await test.import(files);
  assertEquals((await test.files()).filter((file) => file.endsWith(".parquet")).length, 1);
  assertEquals(await test.rows("SELECT count(DISTINCT id) AS n FROM n.t"), [{ n: "40" }]);
});

Deno.test("an import writes data files under the table's folder, with field ids, and leaves nothing in staging", async () => {
  await using test = await TestLakehouse.open();
  await test.import(await test.scratch.write("a.csv", "id,name\n1,x\n"));
  const [file, ...rest] = await test.files();
  assertEquals(rest, []);
  assert(/^data\/n\/t-[0-9a-f-]{36}\/[0-9a-f-]{36}\.parquet$/.test(file!), file);
  using session = await test.scratch.session();
  const elements = await session.rows(`SELECT name, field_id FROM parquet_schema('${test.root}/${file}') WHERE field_id IS NOT NULL`);
  assertEquals(elements.map(({ name, field_id }) => [name, Number(field_id)]), [["id", 1], ["name", 2]]);
});

Deno.test("a text file's columns are read as the table's types: leading zeros stay, whole numbers may be fractions", async () => {
  await using test = await TestLakehouse.open();
  await test.import(
    await test.scratch.writeParquet(
      "a.parquet",
      "SELECT '00501' AS zip, 1.5::DOUBLE AS x, 1::INTEGER AS n, 1.25::DECIMAL(9, 2) AS d, TIMESTAMP '2024-01-01' AS at",
    ),
  );
  await test.import(await test.scratch.write("b.csv", "zip,x,n,d,at\n00601,2,2,3.50,2024-01-02\n"));
  await test.import(await test.scratch.write("c.jsonl", '{"zip":12,"x":3,"n":3,"d":4,"at":"2024-01-03T10:00:00"}\n'));
  assertEquals(await test.columns(), ["zip string", "x double", "n int", "d decimal(9, 2)", "at timestamp"]);
  assertEquals((await test.rows("SELECT * FROM n.t ORDER BY n")).map((row) => Object.values(row).join(" ")), [
    "00501 1.5 1 1.25 2024-01-01 00:00:00",
    "00601 2.0 2 3.50 2024-01-02 00:00:00",
    "12 3.0 3 4.00 2024-01-03 10:00:00",
  ]);
});

Deno.test("a value that cannot be read as the table's type is refused with file, row, column and value", async () => {
  await using test = await TestLakehouse.open();
  await test.import(await test.scratch.writeParquet("a.parquet", "SELECT 1::BIGINT AS id, 1.25::DECIMAL(9, 2) AS d"));
  const refusals: [content: string, named: string[]][] = [
    ["id,d\n1,1\n2.5,1\n", ["row 2", '"2.5"', '"id"', "long"]],
    ["id,d\n1,1\n2,2\n3,1.255\n", ["row 3", '"1.255"', '"d"', "decimal(9, 2)"]],
    ["id\nN/A\n", ["row 1", '"N/A"', '"id"', "long"]],
  ];
  for (const [content, named] of refusals) {
    const path = await test.scratch.write("b.csv", content);
    const error = await assertRejects(() => test.import(path), TerminalError);
    assertEquals(error.code, "unparsable_value");
    for (const part of [path, ...named]) assertStringIncludes(error.message, part);
  }
  assertEquals(await test.rows("SELECT count(*) AS n FROM n.t"), [{ n: "1" }]);
});

Deno.test("Parquet files are cast without loss or refused", async () => {
  await using test = await TestLakehouse.open();
  await test.import(await test.scratch.writeParquet("a.parquet", "SELECT 1::BIGINT AS id, 1.5::DOUBLE AS x, DATE '2024-01-01'::TIMESTAMP AS at"));
  await test.import(await test.scratch.writeParquet("b.parquet", "SELECT 2::SMALLINT AS id, 2.5::FLOAT AS x, DATE '2024-01-02' AS at"));
  assertEquals(await test.columns(), ["id long", "x double", "at timestamp"]);
  for (
    const [column, select] of [["id", "SELECT 3.0::DOUBLE AS id"], ["x", "SELECT '1' AS x"], ["at", "SELECT TIMESTAMPTZ '2024-01-01 00:00:00Z' AS at"]] as const
  ) {
    const error = await assertRejects(async () => await test.import(await test.scratch.writeParquet("c.parquet", select)), TerminalError);
    assertEquals(error.code, "schema_conflict");
    assertStringIncludes(error.message, `column "${column}"`);
  }
});

Deno.test("times finer than a microsecond are imported only if nothing is lost", async () => {
  await using test = await TestLakehouse.open();
  await test.import(await test.scratch.writeParquet("a.parquet", "SELECT TIMESTAMP_NS '2024-01-01 00:00:00.123456' AS moment, [NULL::TIMESTAMP_NS] AS l"));
  assertEquals(await test.rows("SELECT moment FROM n.t"), [{ moment: "2024-01-01 00:00:00.123456" }]);
  for (const select of ["SELECT TIMESTAMP_NS '2024-01-01 00:00:00.123456789' AS moment", "SELECT [TIMESTAMP_NS '2024-01-01 00:00:00.123456789'] AS l"]) {
    const path = await test.scratch.writeParquet("b.parquet", select);
    await assertRejects(() => test.import(path), TerminalError, "has times finer than a microsecond");
  }
});

Deno.test("new columns are added, missing ones read as NULL, names match in any case", async () => {
  await using test = await TestLakehouse.open();
  await test.import(await test.scratch.write("a.csv", "Id,Name\n1,x\n"));
  const path = await test.scratch.write("b.csv", "extra,ID\n2.5,2\n");
  const plan = await test.lakehouse.planImport({ table: TABLE, mode: "append", from: [path] }, { ref: "main" });
  assertEquals([plan.columns.map(({ name }) => name), plan.addedColumns], [["extra", "Id"], ["extra"]]);
  await test.lakehouse.applyImport(plan, { branch: "main", ...NOTE });
  assertEquals(await test.columns(), ["Id long", "Name string", "extra double"]);
  assertEquals(await test.rows("SELECT * FROM n.t ORDER BY 1"), [{ Id: "1", Name: "x", extra: null }, { Id: "2", Name: null, extra: "2.5" }]);
});

Deno.test("structs gain members, and old rows have NULL in them", async () => {
  await using test = await TestLakehouse.open();
  await test.import(await test.scratch.write("a.jsonl", '{"id":1,"s":{"x":1}}\n'));
  await test.import(await test.scratch.write("b.jsonl", '{"id":2,"s":{"y":[{"z":"q"}]}}\n'));
  assertEquals(await test.columns(), ["id long", "s struct<x: long, y: list<struct<z: string>>>"]);
  assertEquals((await test.rows("SELECT to_json(s) AS s FROM n.t ORDER BY id")).map(({ s }) => JSON.parse(String(s))), [
    { x: 1, y: null },
    { x: null, y: [{ z: "q" }] },
  ]);
});

Deno.test("column names may be any text", async () => {
  await using test = await TestLakehouse.open();
  const names = ['a "quoted" name', "it's", "with space", "日本", "select", "{x}", "a.b", "$1"];
  const header = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(",");
  for (const n of [1, 2]) await test.import(await test.scratch.write(`${n}.csv`, `${header}\n${names.map(() => n).join(",")}\n`));
  assertEquals(await test.columns(), names.map((name) => `${name} long`));
  const [row] = await test.rows(`SELECT sum("it's") AS a, sum("a ""quoted"" name") AS b, sum("a.b") AS c FROM n.t`);
  assertEquals(row, { a: "3", b: "3", c: "3" });
});

Deno.test("a column without a value yet takes the type of the first values to arrive", async () => {
  await using test = await TestLakehouse.open();
  await test.import(await test.scratch.write("a.csv", "id,fee\n1,\n"));
  await test.import(await test.scratch.write("b.csv", "id,fee\n2,\n"));
  assertEquals(await test.columns(), ["id long", "fee string"]);
  await test.import(await test.scratch.write("c.csv", "id,fee\n3,2.5\n"));
  assertEquals(await test.columns(), ["id long", "fee double"]);
  await test.import(await test.scratch.write("d.csv", "id,fee\n4,\n"));
  const path = await test.scratch.write("e.csv", "id,fee\n5,free\n");
  await assertRejects(() => test.import(path), TerminalError, '"free"');
  assertEquals((await test.rows("SELECT fee FROM n.t ORDER BY id")).map(({ fee }) => fee), [null, null, "2.5", null]);
});

Deno.test("a column that a text file states to be text stays text", async () => {
  await using test = await TestLakehouse.open();
  await test.import(await test.scratch.write("a.csv", "id,code\n1,x\n"));
  await test.import(await test.scratch.write("b.csv", "id,code\n2,\n"));
  await test.import(await test.scratch.write("c.csv", "id,code\n3,007\n"));
  assertEquals((await test.rows("SELECT code FROM n.t ORDER BY id")).map(({ code }) => code), ["x", null, "007"]);
});

Deno.test("a transform chooses, computes and filters, and may not read anything but its source", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id,note,fare\n1,x,2.5\n2,y,-1\n");
  await test.import(path, { transform: "SELECT * EXCLUDE (note), fare * 2 AS twice FROM {source} WHERE fare > 0; -- only real fares" });
  assertEquals(await test.rows("SELECT * FROM n.t"), [{ id: "1", fare: "2.5", twice: "5.0" }]);
  const transforms = [
    `SELECT s.* FROM {source} s, read_csv('${path}.other')`,
    "SELECT * FROM {source}, n.t",
    "SELECT * FROM {source}; DROP TABLE t",
    "COPY (SELECT * FROM {source}) TO '/tmp/x.csv'",
    "SELECT 1",
    "SELECT nothing FROM {source}",
    "SELECT id, fare AS ID FROM {source}",
  ];
  for (const transform of transforms) await assertRejects(() => test.import(path, { table: "n.other", transform }), TerminalError);
  assertEquals(await test.lakehouse.listTables("main").then((tables) => tables.length), 1);
});

Deno.test("a transform keeps the guesses at columns without a value", async () => {
  await using test = await TestLakehouse.open();
  const transform = "SELECT * FROM {source} WHERE id > 0";
  await test.import(await test.scratch.write("a.csv", "id,fee\n1,\n"), { transform });
  await test.import(await test.scratch.write("b.csv", "id,fee\n2,2.5\n"), { transform });
  await test.import(await test.scratch.write("c.csv", "id,fee\n3,\n"), { transform });
  assertEquals(await test.columns(), ["id long", "fee double"]);
});

Deno.test("a file that the table has is skipped, also under another spelling of its path", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id\n1\n");
  await test.import(path);
  const before = await test.lakehouse.resolve("main");
  assertEquals(await test.import(path.replace("/a.csv", "/./a.csv")), { commit: before, filesImported: 0, filesSkipped: 1, rowsImported: 0, bytesImported: 0 });
  const both = await test.import([path, await test.scratch.write("b.csv", "id\n2\n")]);
  assertEquals([both.filesImported, both.filesSkipped, both.rowsImported], [1, 1, 1]);
  assertEquals((await test.import(path, { importDuplicateFiles: true })).rowsImported, 1);
  assertEquals(await test.rows("SELECT id FROM n.t ORDER BY id"), [{ id: "1" }, { id: "1" }, { id: "2" }]);
});

Deno.test("a file whose content changed since it was imported is refused, unless it replaces or is to be added", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id\n1\n");
  await test.import(path);
  await test.scratch.write("a.csv", "id\n2\n");
  const error = await assertRejects(() => test.import(path), TerminalError);
  assertEquals(error.code, "source_changed");
  assertEquals((await test.import(path, { mode: "replace" })).rowsImported, 1);
  assertEquals(await test.rows("SELECT id FROM n.t"), [{ id: "2" }]);
});

Deno.test("replace is a no-op when the table came of exactly these files, and replaces all rows otherwise", async () => {
  await using test = await TestLakehouse.open();
  const [a, b] = [await test.scratch.write("a.csv", "id\n1\n"), await test.scratch.write("b.csv", "id\n2\n")];
  await test.import([a, b], { mode: "replace" });
  assertEquals((await test.import([b, a], { mode: "replace" })).filesSkipped, 2);
  assertEquals((await test.import([a], { mode: "replace" })).filesImported, 1);
  assertEquals(await test.rows("SELECT id FROM n.t"), [{ id: "1" }]);
  assertEquals((await test.import([b])).filesImported, 1);
});

Deno.test("a file that changes between plan and import is refused, and nothing is left of the import", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id\n1\n");
  const plan = await test.lakehouse.planImport({ table: TABLE, mode: "append", from: [path] }, { ref: "main" });
  await test.scratch.write("a.csv", "id\n2\n");
  const error = await assertRejects(() => test.lakehouse.applyImport(plan, { branch: "main", ...NOTE }), TerminalError);
  assertEquals(error.code, "source_changed");
  await Deno.remove(path);
  await assertRejects(() => test.lakehouse.applyImport(plan, { branch: "main", ...NOTE }), TerminalError, "there is no such file");
  assertEquals([await test.files(), await test.lakehouse.listTables("main")], [[], []]);
});

Deno.test("a plan outlives the process that made it", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id,x\r\n1,a\n2,b\r\n");
  const plan = await test.lakehouse.planImport({ table: TABLE, mode: "append", from: [path] }, { ref: "main" });
  await Deno.remove(`${test.root}/staging`, { recursive: true });
  const { openLakehouse } = await import("../mod.ts");
  await using other = openLakehouse({ path: test.root });
  assertEquals((await other.applyImport(JSON.parse(JSON.stringify(plan)), { branch: "main", ...NOTE })).rowsImported, 2);
});

Deno.test("an import tells how far it is, from nothing to everything", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id\n1\n2\n");
  const plan = await test.lakehouse.planImport({ table: TABLE, mode: "append", from: [path] }, { ref: "main" });
  const told: ImportProgress[] = [];
  await test.lakehouse.applyImport(plan, { branch: "main", ...NOTE, onProgress: (progress) => told.push(progress) });
  assertEquals(told.at(0), { files: 0, totalFiles: 1, rows: 0, bytes: 0, totalBytes: 7 });
  assertEquals(told.at(-1), { files: 1, totalFiles: 1, rows: 2, bytes: 7, totalBytes: 7 });
});

Deno.test("an import that is aborted leaves neither rows nor files", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.writeParquet("a.parquet", "SELECT i, hash(i) AS h FROM range(3000000) t(i)");
  const plan = await test.lakehouse.planImport({ table: TABLE, mode: "append", from: [path] }, { ref: "main" });
  const controller = new AbortController();
  const onProgress = () => controller.abort(new Error("enough"));
  await assertRejects(() => test.lakehouse.applyImport(plan, { branch: "main", ...NOTE, signal: controller.signal, onProgress }), Error, "enough");
  assertEquals([await test.files(), await test.lakehouse.listTables("main")], [[], []]);
});

Deno.test("an import into a branch that is not there is refused before anything is read", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id\n1\n");
  const plan = await test.lakehouse.planImport({ table: TABLE, mode: "append", from: [path] }, { ref: "main" });
  await assertRejects(() => test.lakehouse.applyImport(plan, { branch: "nowhere", ...NOTE }), NotFoundError);
  assertEquals(await test.files(), []);
});

Deno.test("imports into one table at the same time are both kept, a file never twice", async () => {
  await using test = await TestLakehouse.open();
  await test.import(await test.scratch.write("a.csv", "id\n0\n"));
  const files = await Promise.all([1, 2, 3].map((n) => test.scratch.write(`${n}.csv`, `id\n${n}\n`)));
  const plans = await Promise.all(files.map((from) => test.lakehouse.planImport({ table: TABLE, mode: "append", from: [from] }, { ref: "main" })));
  await Promise.all(plans.map((plan) => test.lakehouse.applyImport(plan, { branch: "main", ...NOTE })));
  assertEquals((await test.rows("SELECT id FROM n.t ORDER BY id")).map(({ id }) => id), ["0", "1", "2", "3"]);
  const same = await test.lakehouse.planImport({ table: TABLE, mode: "append", from: [await test.scratch.write("4.csv", "id\n4\n")] }, { ref: "main" });
  const twice = await Promise.allSettled([1, 2].map(() => test.lakehouse.applyImport(same, { branch: "main", ...NOTE })));
  assertEquals(twice.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
  const rejected = twice.find((outcome) => outcome.status === "rejected")!;
  assert(rejected.reason instanceof HeadMovedError);
  assertEquals(await test.rows("SELECT count(*) AS n FROM n.t"), [{ n: "5" }]);
  assertEquals((await test.files()).length, 5);
});

Deno.test({
  name: "the taxi files of three years go into one table",
  ignore: !HAS_DATA,
  async fn() {
    await using test = await TestLakehouse.open();
    for (const month of ["2018-01", "2018-02", "2020-05", "2019-01"]) {
      assertEquals((await test.import(`${DATA_FOLDER}taxi/yellow_tripdata_${month}.csv`)).rowsImported, 10_000, month);
    }
    const types = Object.fromEntries((await test.columns()).map((column) => column.split(" ")));
    const { passenger_count, fare_amount, pickup_datetime, store_and_fwd_flag, congestion_surcharge } = types;
    assertEquals([passenger_count, fare_amount, pickup_datetime, store_and_fwd_flag, congestion_surcharge], [
      "long",
      "double",
      "timestamp",
      "string",
      "double",
    ]);
    const [row] = await test.rows(
      "SELECT count(*) AS n, count(*) FILTER (passenger_count IS NULL) AS nulls, count(*) FILTER (pickup_datetime < TIMESTAMP '2019-01-01' AND congestion_surcharge IS NOT NULL) AS early FROM n.t",
    );
    assertEquals(row, { n: "40000", nulls: "1675", early: "0" });
  },
});
