import { assert, assertEquals } from "@std/assert";
import { RecordBatch, type Table, tableFromIPC, tableToIPC } from "apache-arrow";
import { rowsOf, Scratch } from "../testing.ts";
import { toArrowTable, toRecordBatches } from "./arrow.ts";

async function query(sql: string): Promise<Table> {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  return await toArrowTable(session, await session.stream(sql));
}

/** The first column as it lies in memory: microseconds and not dates, unscaled and not scaled. */
async function firstBuffer(sql: string): Promise<unknown[]> {
  const [data] = (await query(sql)).getChildAt(0)!.data;
  return Array.from(data!.values as ArrayLike<unknown>);
}

Deno.test("toArrowTable() keeps the ends of every whole-number type", async () => {
  const types = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"];
  const bits = [8n, 16n, 32n, 64n];
  for (const [index, type] of types.entries()) {
    const width = bits[index % 4]!;
    const [low, high] = index < 4 ? [-(2n ** (width - 1n)), 2n ** (width - 1n) - 1n] : [0n, 2n ** width - 1n];
    const values = [...(await query(`SELECT unnest([${low}, ${high}, NULL]::${type}[]) AS x`)).getChild("x")!];
    assertEquals(values.map((value) => value === null ? null : BigInt(value)), [low, high, null], type);
  }
});

Deno.test("toArrowTable() keeps decimals and 128-bit integers exact, at every width", async () => {
  for (const [precision, scale] of [[4, 1], [9, 4], [18, 6], [38, 10]] as const) {
    const unscaled = 10n ** BigInt(precision) - 1n;
    const value = `${unscaled / 10n ** BigInt(scale)}.${String(unscaled).slice(-scale)}`;
    const column = (await query(`SELECT unnest([${value}, -${value}, NULL]::DECIMAL(${precision}, ${scale})[]) AS x`)).getChild("x")!;
    assertEquals(String(column.type), `Decimal[${precision}e+${scale}]`);
    assertEquals([...column].map((x) => x === null ? null : BigInt(String(x))), [unscaled, -unscaled, null]);
  }
  const huge = 2n ** 127n - 1n;
  const column = (await query(`SELECT unnest([${huge}, -${huge}]::HUGEINT[]) AS x`)).getChild("x")!;
  assertEquals([...column].map((x) => BigInt(String(x))), [huge, -huge]);
});

Deno.test("toArrowTable() tells NULL, NaN, the infinities and minus zero apart", async () => {
  const [x] = [...(await query("SELECT ['nan', 'inf', '-inf', '-0.0', '0', NULL]::DOUBLE[] AS x")).getChild("x")!];
  const values = [...x];
  assertEquals(values.map((value) => value === null ? "null" : Object.is(value, -0) ? "-0" : String(value)), [
    "NaN",
    "Infinity",
    "-Infinity",
    "-0",
    "0",
    "null",
  ]);
});

Deno.test("toArrowTable() keeps times to the microsecond", async () => {
  assertEquals(await firstBuffer("SELECT TIMESTAMP '1969-12-31 23:59:59.999999'"), [-1n]);
  assertEquals(await firstBuffer("SELECT TIMESTAMPTZ '2262-01-01 00:00:00.000001+02'"), [9214639200000001n]);
  assertEquals(await firstBuffer("SELECT TIME '23:59:59.999999'"), [86399999999n]);
  assertEquals(await firstBuffer("SELECT DATE '1969-12-31'"), [-1]);
  assertEquals(await firstBuffer("SELECT TIMESTAMP_NS '1970-01-01 00:00:00.000000001'"), [1n]);
});

Deno.test("toArrowTable() writes what Arrow has no word for as text", async () => {
  const [row] = rowsOf(
    await query(`SELECT '9b2f5f3a-6c8e-4b59-9a35-2f8a9c0b1d2e'::UUID AS u, 'b'::ENUM('a', 'b') AS e, INTERVAL '1 month 2 days' AS i,
      '1010'::BIT AS b, 340282366920938463463374607431768211455::UHUGEINT AS h, NULL AS n`),
  );
  assertEquals(row, {
    u: "9b2f5f3a-6c8e-4b59-9a35-2f8a9c0b1d2e",
    e: "b",
    i: "1 month 2 days",
    b: "1010",
    h: "340282366920938463463374607431768211455",
    n: null,
  });
});

Deno.test("toArrowTable() keeps bytes", async () => {
  const long = Array.from({ length: 300 }, (_, index) => index % 256);
  const hex = long.map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
  const column = (await query(`SELECT unnest(['\\x00\\xFF'::BLOB, ''::BLOB, NULL, '${hex}'::BLOB]) AS x`)).getChild("x")!;
  assertEquals([...column].map((bytes) => bytes === null ? null : [...bytes]), [[0, 255], [], null, long]);
});

Deno.test("toArrowTable() reads lists wherever their elements lie", async () => {
  const source = "SELECT i, CASE WHEN i % 5 = 0 THEN NULL ELSE range(i % 4) END AS l FROM range(6000) t(i)";
  const rows = rowsOf(await query(`SELECT i::INTEGER AS i, l::INTEGER[] AS l FROM (${source}) WHERE i % 3 <> 0 ORDER BY i DESC`));
  const expected = Array.from({ length: 6000 }, (_, index) => 5999 - index).filter((i) => i % 3 !== 0);
  assertEquals(JSON.parse(JSON.stringify(rows)), expected.map((i) => ({ i, l: i % 5 === 0 ? null : Array.from({ length: i % 4 }, (_, n) => n) })));
});

Deno.test("toArrowTable() agrees with DuckDB value by value, however the rows fall into chunks", async () => {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  const maybe = (sql: string, salt: number) => `CASE WHEN hash(i + ${salt}) % 5 = 0 THEN NULL ELSE ${sql} END`;
  const text = "repeat('é', (hash(i) % 9)::INTEGER) || i";
  const columns = [
    `${maybe("i::INTEGER", 1)} AS a`,
    `${maybe("i % 2 = 0", 2)} AS b`,
    `${maybe(text, 3)} AS c`,
    `${maybe(`[${maybe("i::INTEGER", 4)}, 7]`, 5)} AS d`,
    `${maybe(`{'x': ${maybe(text, 6)}, 'y': [i % 3 = 0]}`, 7)} AS e`,
    `${maybe("MAP {'k' || (i % 3): i::INTEGER}", 8)} AS f`,
    "array_value(i::INTEGER, NULL) AS g",
  ];
  for (const count of [0, 1, 7, 2048, 2049, 20_000]) {
    const sql = `SELECT ${columns.join(", ")} FROM range(${count}) t(i) WHERE hash(i) % 11 <> 0`;
    const table = await toArrowTable(session, await session.stream(sql));
    const expected = await session.rows(`SELECT to_json(t)::VARCHAR AS row FROM (${sql}) t`);
    assertEquals(plain(table), expected.map(({ row }) => JSON.parse(String(row))), `${count} rows`);
  }
});

Deno.test("toArrowTable() keeps the schema of a result without rows", async () => {
  const table = await query("SELECT 1 AS a, 'x' AS b WHERE false");
  assertEquals([table.numRows, String(table.schema)], [0, "Schema<{ 0: a: Int32, 1: b: Utf8 }>"]);
});

Deno.test("toArrowTable() tells columns of one name apart", async () => {
  assertEquals(rowsOf(await query("SELECT 1 AS a, 2 AS a")), [{ a: 1, "a:1": 2 }]);
});

Deno.test("toArrowTable() makes tables that survive being written as an Arrow stream", async () => {
  const table = await query("SELECT i AS id, [i] AS l, {'x': 'abc' || i} AS s, i % 3 = 0 AS b FROM range(10) t(i)");
  const copy = tableFromIPC(tableToIPC(table, "stream"));
  assertEquals(plain(copy), plain(table));
});

Deno.test("toRecordBatches() makes batches as they are asked for, of about 65,536 rows", async () => {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  const sizes: number[] = [];
  for await (const batch of toRecordBatches(session, await session.stream("SELECT i FROM range(150000) t(i)"))) {
    assert(batch instanceof RecordBatch);
    sizes.push(batch.numRows);
  }
  assertEquals(sizes.reduce((a, b) => a + b), 150_000);
  assert(sizes.length >= 2 && sizes.every((size) => size < 70_000), String(sizes));
});

/** Rows as plain JSON values. */
function plain(table: Table): unknown {
  return JSON.parse(JSON.stringify(table.toArray(), (_key, value) => typeof value === "bigint" ? Number(value) : value));
}
