import { TerminalError } from "@wap/core";
import { assertEquals, assertThrows } from "@std/assert";
import { emptySchema, evolve, type Schema } from "../table/schema.ts";
import { type FieldType, formatType, structOf } from "../table/types.ts";
import { agreeAmongFiles, agreeWithTable, type InspectedFile } from "./agreement.ts";
import type { SourceColumn } from "./inspection.ts";

/** Kinds of text, as text_kinds.ts counts them. */
const [NOTHING, LONG, HUGE, DOUBLE, OTHER] = [0, 1, 2, 4, 512];

function parquet(name: string, types: Record<string, FieldType>): InspectedFile {
  const columns = Object.entries(types).map(([name, type]) => ({ name, type }));
  return { name, inspection: { path: `/${name}`, layout: { format: "parquet" }, columns, rows: 1 } };
}

function csv(name: string, columns: SourceColumn[]): InspectedFile {
  return { name, inspection: { path: `/${name}`, layout: { format: "csv", delimiter: "," }, columns, rows: 1 } };
}

function table(types: Record<string, FieldType>): Schema {
  return evolve(emptySchema(), Object.entries(types).map(([name, type]) => ({ name, type }))).schema;
}

function typesOf(columns: readonly { name: string; type: FieldType }[]): Record<string, string> {
  return Object.fromEntries(columns.map(({ name, type }) => [name, formatType(type)]));
}

Deno.test("agreeWithTable() widens numbers and dates of several files, and joins their columns", () => {
  const files = [parquet("a", { id: "int", day: "date" }), parquet("b", { ID: "long", day: "timestamp", zone: "string" })];
  assertEquals(typesOf(agreeWithTable(files, emptySchema()).columns), { id: "long", day: "timestamp", zone: "string" });
});

Deno.test("agreeWithTable() names the column, the types and the files that disagree", () => {
  const files = ["a", "b", "c", "d", "e"].map((name) => parquet(name, { code: name === "c" ? "string" : "long", id: "long" }));
  const error = assertThrows(() => agreeWithTable(files, emptySchema()), TerminalError);
  assertEquals(error.message, 'Cannot import the files together: column "code" is long in "a", "b", "d" and 1 more, string in "c"');
  assertEquals(error.code, "schema_disagreement");
});

Deno.test("agreeWithTable() lets a text column without values go with any other", () => {
  const files = [csv("a", [{ name: "x", type: "string", kinds: NOTHING }]), csv("b", [{ name: "x", type: "double", kinds: DOUBLE }])];
  assertEquals(agreeWithTable(files, emptySchema()).columns, [{ name: "x", type: "double", empty: false }]);
  assertEquals(agreeWithTable([files[0]!], emptySchema()).columns, [{ name: "x", type: "string", empty: true }]);
});

Deno.test("agreeWithTable() takes long whole numbers and fractions of text files as numbers", () => {
  const files = [csv("a", [{ name: "x", type: "decimal(38, 0)", kinds: HUGE }]), csv("b", [{ name: "x", type: "double", kinds: DOUBLE }])];
  assertEquals(typesOf(agreeWithTable(files, emptySchema()).columns), { x: "double" });
});

Deno.test("agreeWithTable() reads text as the table's type, and doubts what may not be of it", () => {
  const file = csv("a", [{ name: "ZIP", type: "long", kinds: LONG }, { name: "n", type: "string", kinds: LONG | OTHER }, {
    name: "new",
    type: "long",
    kinds: LONG,
  }]);
  const { columns, doubts } = agreeWithTable([file], table({ zip: "string", n: "long" }));
  assertEquals(typesOf(columns), { zip: "string", n: "long", new: "long" });
  assertEquals(doubts, [{ file, column: "n", type: "long" }]);
});

Deno.test("agreeWithTable() refuses what a table's column cannot take", () => {
  const error = assertThrows(() => agreeWithTable([parquet("a.parquet", { id: "double" })], table({ id: "long" })), TerminalError);
  assertEquals([error.code, error.message], ["schema_conflict", 'Cannot import "a.parquet": column "id" is double, the table has long']);
  assertThrows(() => agreeWithTable([parquet("a.parquet", { id: "long" })], table({ id: "string" })), TerminalError);
});

Deno.test("agreeWithTable() joins new members of structs to the table's", () => {
  const [x, y] = [{ name: "x", type: "long" }, { name: "y", type: "string" }];
  const { columns } = agreeWithTable([parquet("a", { s: structOf([y]) })], table({ s: structOf([x]) }));
  assertEquals(typesOf(columns), { s: "struct<x: long, y: string>" });
});

Deno.test("agreeWithTable() does not hold a file to a type that is only a guess", () => {
  const guessed = { ...table({ x: "string" }), provisional: [1] };
  assertEquals(typesOf(agreeWithTable([csv("a", [{ name: "x", type: "double", kinds: DOUBLE }])], guessed).columns), { x: "double" });
});

Deno.test("agreeAmongFiles() reads text as the table's type where it can, as its own elsewhere", () => {
  const file = csv("a", [{ name: "zip", type: "long", kinds: LONG }, { name: "n", type: "string", kinds: OTHER }]);
  assertEquals(typesOf(agreeAmongFiles([file], table({ zip: "string", n: "long" }))), { zip: "string", n: "string" });
});
