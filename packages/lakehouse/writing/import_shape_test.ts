import { TerminalError } from "@wap/core";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DATA_FOLDER, HAS_DATA, NOTE, TestLakehouse } from "../testing.ts";

const TABLE = { namespace: "n", name: "t" };

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

Deno.test("a transform's columns are held to the table's types", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id,fare\n1,2.5\n");
  await test.import(path);
  const transform = "SELECT id::VARCHAR AS id, fare::DECIMAL(9, 2) AS fare FROM {source}";
  const error = await assertRejects(() => test.import(path, { transform, importDuplicateFiles: true }), TerminalError);
  assertEquals([error.code, error.message], [
    "schema_conflict",
    'Cannot write to the table: column "id" is string, the table has long; column "fare" is decimal(9, 2), the table has double',
  ]);
});
