import { type FileFormat, TerminalError } from "@wap/core";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { formatType } from "../table/types.ts";
import { DATA_FOLDER, HAS_DATA, Scratch } from "../testing.ts";
import { inspectFile } from "./inspect.ts";
import type { Inspection } from "./inspection.ts";

/** Looks into a file of some content. */
async function inspect(name: string, content: string | Uint8Array, format?: FileFormat): Promise<Inspection> {
  await using scratch = await Scratch.open();
  return await inspectPath(scratch, await scratch.write(name, content), format);
}

async function inspectPath(scratch: Scratch, path: string, format: FileFormat = formatOf(path)): Promise<Inspection> {
  using session = await scratch.session();
  const { size } = await Deno.stat(path);
  return await inspectFile(session, { path, name: path, fingerprint: "f" }, { format, size, stagingFolder: scratch.path });
}

function formatOf(path: string): FileFormat {
  return path.includes(".parquet") ? "parquet" : path.includes(".json") ? "json" : "csv";
}

function typesOf({ columns }: Inspection): Record<string, string> {
  return Object.fromEntries(columns.map(({ name, type }) => [name, formatType(type)]));
}

async function assertRefused(name: string, content: string | Uint8Array, why: string): Promise<void> {
  const error = await assertRejects(() => inspect(name, content), TerminalError);
  assertStringIncludes(error.message, name);
  assertStringIncludes(error.message, why);
}

Deno.test("inspectFile() types CSV columns by all their values, however late they come", async () => {
  const late = "id,x\n" + "1,2\n".repeat(30_000) + "2,2.5\n" + "3,\n";
  const inspection = await inspect("a.csv", late);
  assertEquals([typesOf(inspection), inspection.rows], [{ id: "long", x: "double" }, 30_002]);
});

Deno.test("inspectFile() reads CSV names as they are, and columns without a name too", async () => {
  const inspection = await inspect("a.csv", 'A b,"say ""hi""",日本,\n1,x,2024-01-01,true\n');
  assertEquals(typesOf(inspection), { "A b": "long", 'say "hi"': "string", 日本: "date", column_4: "boolean" });
});

Deno.test("inspectFile() reads CSV with any delimiter, through gzip, with a byte order mark", async () => {
  assertEquals(typesOf(await inspect("a.csv", "\ufeffa;b\n1;1,5\n")), { a: "long", b: "string" });
  assertEquals(typesOf(await inspect("a.tsv.gz", gzipSync("a\tb\n1\tx\n"))), { a: "long", b: "string" });
});

Deno.test("inspectFile() takes a header without rows", async () => {
  const inspection = await inspect("a.csv", "a,b\n");
  assertEquals([inspection.rows, typesOf(inspection)], [0, { a: "string", b: "string" }]);
});

Deno.test("inspectFile() mends mixed line endings in a copy, and leaves files alone that need none", async () => {
  await using scratch = await Scratch.open();
  const mixed = await scratch.write("mixed.csv", 'a,b\r\n1,"x\r\ny"\r\n2,z\n');
  const mended = await inspectPath(scratch, mixed);
  assertEquals([mended.rows, typesOf(mended)], [2, { a: "long", b: "string" }]);
  assertEquals(await Deno.readTextFile(mended.path), 'a,b\n1,"x\r\ny"\n2,z\n');
  const quoted = await scratch.write("quoted.csv", 'a,b\n1,"x"\r\n"2","y"\n');
  assertEquals((await inspectPath(scratch, quoted)).rows, 2);
  const plain = await scratch.write("plain.csv", "a\r\n1\r\n");
  assertEquals((await inspectPath(scratch, plain)).path, plain);
});

Deno.test("inspectFile() finds mixed line endings wherever they are", async () => {
  const rows = 200_000;
  for (const ending of ["\n", "\r\n"]) {
    const other = ending === "\n" ? "\r\n" : "\n";
    const lines = Array.from({ length: rows }, (_, index) => `${index},abc${index === rows - 5 ? other : ending}`);
    assertEquals((await inspect("a.csv", `id,x${ending}${lines.join("")}`)).rows, rows);
  }
});

Deno.test("inspectFile() refuses broken CSV and names the line", async () => {
  await assertRefused("a.csv", "a,b\n1,2\n3\n", "line 3 has 1 value, the header has 2");
  await assertRefused("a.csv", "a,b\n1,2\n3,4,5\n", "line 3 has 3 values, the header has 2");
  await assertRefused("a.csv", 'a,b\n1,"x\n2,y\n', "line 2 has a quote that is not closed");
  await assertRefused("a.csv", new Uint8Array([...new TextEncoder().encode("a\n1\n"), 0xff, 0xfe, 10]), "line 3 is not UTF-8");
  await assertRefused("a.csv", "a,b,A\n1,2,3\n", 'columns "a" and "A" have the same name');
  await assertRefused("a.csv", "a,a\n1,2\n", 'columns "a" and "a" have the same name');
});

Deno.test("inspectFile() types JSON columns by all their values, whatever objects they are in", async () => {
  const lines = '{"id":1,"x":1}\n'.repeat(30_000) + '{"id":2,"x":2.5,"tags":["a"],"at":{"y":"01-02-2024"}}\n{"id":null,"late":"2024-01-31","zip":"007"}\n';
  const inspection = await inspect("a.jsonl", lines);
  assertEquals(inspection.rows, 30_002);
  assertEquals(typesOf(inspection), { id: "long", x: "double", tags: "list<string>", at: "struct<y: string>", late: "date", zip: "string" });
});

Deno.test("inspectFile() reads JSON as an array, as objects one after another, through gzip", async () => {
  assertEquals(typesOf(await inspect("a.json", '[{"a": 1}, {"a": 2}]')), { a: "long" });
  assertEquals(typesOf(await inspect("a.json", '{\n  "a": 1\n}\n{"a": 2}')), { a: "long" });
  assertEquals(typesOf(await inspect("a.json.gz", gzipSync('[{"a": true}]'))), { a: "boolean" });
});

Deno.test("inspectFile() counts the rows of JSON that is nested throughout", async () => {
  const inspection = await inspect("a.jsonl", '{"a":[1]}\n{"a":[2.5]}\n');
  assertEquals([inspection.rows, typesOf(inspection)], [2, { a: "list<double>" }]);
});

Deno.test("inspectFile() stops with the reason of its signal", async () => {
  await using scratch = await Scratch.open();
  const path = await scratch.write("a.csv", "a\n1\n");
  const controller = new AbortController();
  using session = await scratch.session(controller.signal);
  controller.abort(new Error("enough"));
  const options = { format: "csv", size: 4, stagingFolder: scratch.path, signal: controller.signal } as const;
  await assertRejects(() => inspectFile(session, { path, name: path, fingerprint: "f" }, options), Error, "enough");
});

Deno.test("inspectFile() loses no digit of large JSON numbers", async () => {
  assertEquals(typesOf(await inspect("a.jsonl", '{"a":9223372036854775807,"b":123456789012345678901234}\n')), { a: "long", b: "decimal(38, 0)" });
});

Deno.test("inspectFile() keeps what differs from object to object in JSON as text", async () => {
  assertEquals(typesOf(await inspect("a.jsonl", '{"a":1,"b":null}\n{"a":"x","b":null}\n')), { a: "string", b: "string" });
});

Deno.test("inspectFile() refuses broken JSON and JSON that is no rows", async () => {
  await assertRefused("a.jsonl", '{"a":1}\n{"a":\n', "Malformed JSON");
  await assertRefused("a.jsonl", "1\n2\n", "it is not made of JSON objects");
  await assertRefused("a.jsonl", '{"a":1,"A":2}\n', 'columns "a" and "A" have the same name');
  assertEquals(typesOf(await inspect("a.jsonl", '{"a":1,"a_1":2}\n')), { a: "long", a_1: "long" });
});

Deno.test("inspectFile() reads Parquet columns and rows from the footer", async () => {
  await using scratch = await Scratch.open();
  const select = "SELECT 1::UINTEGER AS a, {'x': [i]} AS s, MAP {'k': i} AS m, i::TIMESTAMP_NS AS t FROM (SELECT TIMESTAMP '2024-01-01' AS i)";
  const path = await scratch.writeParquet("a.parquet", select);
  const inspection = await inspectPath(scratch, path);
  assertEquals(inspection.rows, 1);
  assertEquals(typesOf(inspection), { a: "long", s: "struct<x: list<timestamp>>", m: "map<string, timestamp>", t: "timestamp" });
  assertEquals(inspection.columns.map(({ exactType }) => exactType), [undefined, undefined, undefined, "TIMESTAMP_NS"]);
});

Deno.test("inspectFile() does not take Hive-like folders for columns", async () => {
  await using scratch = await Scratch.open();
  await Deno.mkdir(`${scratch.path}/year=2024`);
  const path = await scratch.writeParquet("year=2024/a.parquet", "SELECT 1 AS a");
  assertEquals(typesOf(await inspectPath(scratch, path)), { a: "int" });
});

Deno.test("inspectFile() refuses empty files and files that are not what they are called", async () => {
  for (const name of ["a.csv", "a.jsonl", "a.parquet"]) await assertRefused(name, "", "it is empty");
  await assertRefused("a.parquet", "PAR1 and nothing more of a Parquet file", "it is not a Parquet file, or its end is missing");
});

Deno.test({
  name: "inspectFile() reads the real data right",
  ignore: !HAS_DATA,
  async fn() {
    await using scratch = await Scratch.open();
    const mixed = await inspectPath(scratch, `${DATA_FOLDER}taxi/yellow_tripdata_2019-01.csv`);
    assertEquals([mixed.rows, mixed.columns.length], [10_000, 18]);
    const titanic = await inspectPath(scratch, `${DATA_FOLDER}titanic.csv`);
    assertEquals([titanic.rows, typesOf(titanic)["Age"], typesOf(titanic)["Name"]], [891, "double", "string"]);
    const may = await inspectPath(scratch, `${DATA_FOLDER}taxi/yellow_tripdata_2020-05.csv`);
    const { passenger_count, fare_amount, pickup_datetime, store_and_fwd_flag } = typesOf(may);
    assertEquals([passenger_count, fare_amount, pickup_datetime, store_and_fwd_flag], ["long", "double", "timestamp", "string"]);
    const error = await assertRejects(() => inspectPath(scratch, `${DATA_FOLDER}truncated.parquet`), TerminalError);
    assert(/truncated\.parquet": it is not a Parquet file, or its end is missing$/.test(error.message), error.message);
  },
});
