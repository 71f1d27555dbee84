/**
 * The contract of columns: their types, what a table gains, and what does not fit together.
 *
 * @module
 */
import { type ImportPlan, TerminalError } from "@wap/core";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type ContractTests, NOTE, TRIPS, type World } from "./world.ts";

/** One column of every type that a Parquet file is asked to hold, with the type the table is to have. */
const TYPED_COLUMNS: [name: string, sql: string, type: string][] = [
  ["b", "true", "boolean"],
  ["tiny", "1::TINYINT", "int"],
  ["i", "1::INTEGER", "int"],
  ["l", "9007199254740993::BIGINT", "long"],
  ["f", "1.5::FLOAT", "float"],
  ["d", "1.5::DOUBLE", "double"],
  ["dec", "12.34::DECIMAL(9, 2)", "decimal(9, 2)"],
  ["day", "DATE '2024-02-29'", "date"],
  ["clock", "TIME '12:34:56.789012'", "time"],
  ["moment", "TIMESTAMP '2024-02-29 12:34:56.789012'", "timestamp"],
  ["moment_utc", "TIMESTAMPTZ '2024-02-29 12:34:56.789012+00'", "timestamptz"],
  ["s", "'x'", "string"],
  ["u", "UUID '11111111-2222-4333-8444-555555555555'", "uuid"],
  ["bin", "'\\x00\\xFF'::BLOB", "binary"],
];

async function plan(world: World, ...from: string[]): Promise<ImportPlan> {
  return await world.lakehouse.planImport({ table: TRIPS, mode: "append", from }, { ref: "main" });
}

/** Expects that files cannot be planned for `taxi.trips`, and that the error names what it should. */
async function assertUnplannable(world: World, from: string[], ...named: string[]): Promise<void> {
  const error = await assertRejects(() => plan(world, ...from), TerminalError);
  for (const name of named) assertStringIncludes(error.message, name);
}

/** The contract of schemas. */
export const schemaContract: ContractTests = {
  "the columns of a Parquet file keep their types": async (world) => {
    const from = await world.writeParquet("a.parquet", `SELECT ${TYPED_COLUMNS.map(([name, sql]) => `${sql} AS ${name}`).join(", ")}`);
    await world.import({ from });
    const expected = TYPED_COLUMNS.map(([name, , type]) => ({ name, type, required: false }));
    assertEquals((await world.trips()).columns, expected);
    const same = TYPED_COLUMNS.map(([name, sql]) => `${name} = ${sql} AS ${name}`).join(", ");
    assertEquals(await world.rows(`SELECT ${same} FROM taxi.trips`), [Object.fromEntries(TYPED_COLUMNS.map(([name]) => [name, true]))]);
  },

  "nested columns of a Parquet file keep their values": async (world) => {
    const from = await world.writeParquet("a.parquet", "SELECT [1, NULL, 3] AS l, {'a': 1, 'b': ['x']} AS st, MAP {'k': 1} AS m, []::INTEGER[] AS empty");
    await world.import({ from });
    assertEquals((await world.trips()).columns.map((column) => column.type.replace(/<.*/, "")), ["list", "struct", "map", "list"]);
    assertEquals(
      await world.rows("SELECT l = [1, NULL, 3] AS l, st = {'a': 1, 'b': ['x']} AS st, m['k'] = 1 AS m, len(empty)::INTEGER AS empty FROM taxi.trips"),
      [{ l: true, st: true, m: true, empty: 0 }],
    );
  },

  "the columns of a CSV file get the types that all their values have": async (world) => {
    const header = "whole,broken,day,at,flag,text,gone";
    const from = await world.write("a.csv", header, "1,1.5,2024-02-29,2024-02-29 12:00:00,true,x,", "-20,2,2024-03-01,2024-03-01 00:00:01,false,7,");
    const { columns } = await plan(world, from);
    assertEquals(columns.slice(0, -1).map(({ name, type }) => [name, type]), [
      ["whole", "long"],
      ["broken", "double"],
      ["day", "date"],
      ["at", "timestamp"],
      ["flag", "boolean"],
      ["text", "string"],
    ]);
  },

  "a value that comes late in a CSV file counts as much as the first": async (world) => {
    const lines = Array.from({ length: 30_000 }, (_, index) => `${index}`);
    const from = await world.write("a.csv", "id,code", ...lines.map((line) => `${line},${line}`), "30000,N/A");
    await world.import({ from });
    assertEquals((await world.trips()).columns.map(({ type }) => type), ["long", "string"]);
    assertEquals(await world.rows("SELECT code FROM taxi.trips WHERE id >= 29999 ORDER BY id"), [{ code: "29999" }, { code: "N/A" }]);
  },

  "files may have columns in another order, and lack some": async (world) => {
    await world.import({
      from: [await world.write("a.csv", "id,name", "1,x"), await world.write("b.csv", "name,id", "y,2"), await world.write("c.csv", "id", "3")],
    });
    assertEquals(await world.rows("SELECT id::INTEGER AS id, name FROM taxi.trips ORDER BY id"), [
      { id: 1, name: "x" },
      { id: 2, name: "y" },
      { id: 3, name: null },
    ]);
  },

  "a table gains the columns that it does not have yet, NULL in the rows that are there": async (world) => {
    await world.import({ from: await world.write("a.csv", "id", "1") });
    const b = await world.write("b.csv", "id,tip,note", "2,0.5,x");
    const planned = await plan(world, b);
    assertEquals(planned.addedColumns, ["tip", "note"]);
    await world.lakehouse.applyImport(planned, { branch: "main", ...NOTE });
    assertEquals((await world.trips()).columns.map(({ name, type }) => [name, type]), [["id", "long"], ["tip", "double"], ["note", "string"]]);
    assertEquals(await world.rows("SELECT id::INTEGER AS id, tip, note FROM taxi.trips ORDER BY id"), [
      { id: 1, tip: null, note: null },
      { id: 2, tip: 0.5, note: "x" },
    ]);
  },

  "a column added on a branch is not there on another": async (world) => {
    await world.import({ from: await world.write("a.csv", "id", "1") });
    await world.lakehouse.createBranch("dev", { from: "main" });
    await world.import({ from: await world.write("b.csv", "id,tip", "2,0.5"), branch: "dev" });
    assertEquals((await world.trips("main")).columns.map((column) => column.name), ["id"]);
    await assertRejects(() => world.rows("SELECT tip FROM taxi.trips", "main"), TerminalError);
  },

  "planImport() refuses Parquet files that disagree, and names column and files": async (world) => {
    const a = await world.writeParquet("a.parquet", "SELECT 1 AS id, 'x' AS code");
    const b = await world.writeParquet("b.parquet", "SELECT 2 AS id, DATE '2024-01-01' AS code");
    await assertUnplannable(world, [a, b], "code", "b.parquet");
  },

  "planImport() refuses files whose values the table's column cannot take, and names file, column and type": async (world) => {
    await world.import({ from: await world.writeParquet("a.parquet", "SELECT 1::BIGINT AS id, DATE '2024-01-01' AS day") });
    await assertUnplannable(world, [await world.write("b.csv", "id,day", "x,2024-01-02")], "b.csv", "id", "long");
    await assertUnplannable(world, [await world.writeParquet("c.parquet", "SELECT 1::BIGINT AS id, 1.5::DOUBLE AS day")], "c.parquet", "day", "date");
    assertEquals(await world.ids(), [1]);
  },

  "whole numbers go into a column of broken ones": async (world) => {
    await world.import({ from: await world.write("a.csv", "id,fare", "1,1.5") });
    await world.import({ from: await world.write("b.csv", "id,fare", "2,7") });
    assertEquals(await world.rows("SELECT fare FROM taxi.trips ORDER BY id"), [{ fare: 1.5 }, { fare: 7 }]);
  },

  "planImport() refuses a file with two columns of one name, and names it": async (world) => {
    const from = await world.write("a.csv", "id,id", "1,2");
    const outcome = await plan(world, from).catch((error: unknown) => error);
    if (outcome instanceof Error) assert(outcome instanceof TerminalError && outcome.message.includes("id"), outcome.message);
    else assertEquals(new Set((outcome as ImportPlan).columns.map((column) => column.name)).size, 2);
  },

  "column names keep their case, and may have blanks, quotes and any letter": async (world) => {
    const names = ["VendorID", "tip amount", 'quote"d', "it's", "größe", "; drop"];
    const header = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(",");
    await world.import({ from: await world.write("a.csv", header, "1,2,3,4,5,6") });
    assertEquals((await world.trips()).columns.map((column) => column.name), names);
    const quoted = names.map((name) => `"${name.replaceAll('"', '""')}"::INTEGER AS "${name.replaceAll('"', '""')}"`).join(", ");
    assertEquals(await world.rows(`SELECT ${quoted} FROM taxi.trips`), [Object.fromEntries(names.map((name, index) => [name, index + 1]))]);
  },
};
