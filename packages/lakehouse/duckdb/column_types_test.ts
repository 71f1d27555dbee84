import { assertEquals } from "@std/assert";
import { emptySchema, evolve } from "../table/schema.ts";
import { formatType } from "../table/types.ts";
import { Scratch } from "../testing.ts";
import { fieldIdsOf, fromDuckDBType, hasNanoseconds, leafIdsOf, readSchemaOf, toDuckDBType } from "./column_types.ts";

/** DuckDB types and the type of the table's column that holds them. */
const TYPES: Record<string, string> = {
  BOOLEAN: "boolean",
  TINYINT: "int",
  SMALLINT: "int",
  INTEGER: "int",
  BIGINT: "long",
  UTINYINT: "int",
  USMALLINT: "int",
  UINTEGER: "long",
  UBIGINT: "decimal(20, 0)",
  HUGEINT: "decimal(38, 0)",
  FLOAT: "float",
  DOUBLE: "double",
  "DECIMAL(18, 3)": "decimal(18, 3)",
  DATE: "date",
  TIME: "time",
  TIMESTAMP: "timestamp",
  TIMESTAMP_S: "timestamp",
  TIMESTAMP_MS: "timestamp",
  TIMESTAMP_NS: "timestamp",
  TIMESTAMPTZ: "timestamptz",
  VARCHAR: "string",
  UUID: "uuid",
  BLOB: "binary",
  JSON: "string",
  INTERVAL: "string",
  "ENUM('a', 'b')": "string",
  BIT: "string",
  "INTEGER[]": "list<int>",
  "UINTEGER[3]": "list<long>",
  'STRUCT("a b" UBIGINT, c DATE[])': "struct<a b: decimal(20, 0), c: list<date>>",
  "MAP(VARCHAR, SMALLINT)": "map<string, int>",
};

Deno.test("fromDuckDBType() names a type that holds every value of DuckDB's", async () => {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  const described = await session.describe(`SELECT ${Object.keys(TYPES).map((type) => `CAST(NULL AS ${type})`).join(", ")}`);
  const found = described.map(({ type }) => formatType(fromDuckDBType(type)));
  assertEquals(Object.fromEntries(Object.keys(TYPES).map((name, index) => [name, found[index]])), TYPES);
});

Deno.test("toDuckDBType() is what fromDuckDBType() reads back", async () => {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  const described = await session.describe(`SELECT ${Object.keys(TYPES).map((type) => `CAST(NULL AS ${type})`).join(", ")}`);
  const types = described.map(({ type }) => fromDuckDBType(type));
  const again = await session.describe(`SELECT ${types.map((type) => `CAST(NULL AS ${toDuckDBType(type)})`).join(", ")}`);
  assertEquals(again.map(({ type }) => formatType(fromDuckDBType(type))), types.map(formatType));
});

Deno.test("hasNanoseconds() finds them in nested types too", async () => {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  const types = ["TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_NS[]", "STRUCT(a INTEGER, b MAP(VARCHAR, TIMESTAMP_NS))", "STRUCT(a INTEGER)"];
  const described = await session.describe(`SELECT ${types.map((type) => `CAST(NULL AS ${type})`).join(", ")}`);
  assertEquals(described.map(({ type }) => hasNanoseconds(type)), [false, true, true, true, false]);
});

Deno.test("fieldIdsOf() and readSchemaOf() write and read columns by id, whatever they are called", async () => {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  const sql = `SELECT 1::BIGINT AS "it's ""a"" name", {'x "y"': 2, 'l': [MAP {'k': 3}]} AS 日本`;
  const columns = (await session.describe(sql)).map(({ name, type }) => ({ name, type: fromDuckDBType(type) }));
  const { fields } = evolve(emptySchema(), columns).schema;
  const path = `${scratch.path}/a.parquet`;
  await session.run(`COPY (${sql}) TO '${path}' (FORMAT parquet, FIELD_IDS ${fieldIdsOf(fields)})`);
  const ids = await session.rows(`SELECT field_id FROM parquet_schema('${path}') WHERE field_id IS NOT NULL ORDER BY field_id`);
  assertEquals(ids.map((row) => Number(row["field_id"])), [1, 2, 3, 4, 5, 6, 7]);
  const renamed = fields.map((field, index) => ({ ...field, name: `c'"${index}` }));
  const [row] = await session.rows(`SELECT to_json(t)::VARCHAR AS row FROM read_parquet(['${path}'], schema = ${readSchemaOf(renamed)}) t`);
  assertEquals(JSON.parse(String(row!["row"])), { "c'\"0": 1, "c'\"1": { 'x "y"': 2, l: [{ k: 3 }] } });
});

Deno.test("leafIdsOf() names the primitive parts as DuckDB's statistics do", async () => {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  const sql = `SELECT 1 AS "a.""b", {'x': 1, 'y z': [2]} AS s, MAP {'k': {'v': 3}} AS m`;
  const columns = (await session.describe(sql)).map(({ name, type }) => ({ name, type: fromDuckDBType(type) }));
  const { fields } = evolve(emptySchema(), columns).schema;
  const [stats] = await session.rows(`COPY (${sql}) TO '${scratch.path}/a.parquet' (FORMAT parquet, RETURN_STATS)`);
  const keys = (stats!["column_statistics"] as unknown as { key: string }[]).map(({ key }) => key);
  assertEquals([...leafIdsOf(fields).keys()].toSorted(), keys.toSorted());
});
