import { assertEquals } from "@std/assert";
import { emptySchema, evolve, findColumn, findDuplicateName, replaceColumns, type Schema, settleGuesses } from "./schema.ts";
import { listOf } from "./types.ts";

const TABLE: Schema = evolve(emptySchema(), [{ name: "id", type: "long" }, { name: "Note", type: "string" }]).schema;

Deno.test("evolve() makes a new table of the columns, with ids from 1", () => {
  const { schema, added, conflicts } = evolve(emptySchema(), [{ name: "id", type: "long" }, { name: "tags", type: listOf("string") }]);
  assertEquals(schema.fields.map(({ id, name }) => [id, name]), [[1, "id"], [2, "tags"]]);
  assertEquals(schema.fields[1]!.type, { type: "list", "element-id": 3, element: "string", "element-required": false });
  assertEquals([schema.lastColumnId, added, conflicts], [3, ["id", "tags"], []]);
});

Deno.test("evolve() finds the table's column in another case, and keeps its name, id and type", () => {
  const { schema, targets, added } = evolve(TABLE, [{ name: "NOTE", type: "string" }, { name: "id", type: "int" }]);
  assertEquals(targets, [TABLE.fields[1]!, TABLE.fields[0]!]);
  assertEquals([schema, added], [TABLE, []]);
});

Deno.test("evolve() adds new columns behind the table's under ids not used before", () => {
  const { schema, added } = evolve(TABLE, [{ name: "zone", type: "string" }]);
  assertEquals(schema.fields.map(({ id, name }) => [id, name]), [[1, "id"], [2, "Note"], [3, "zone"]]);
  assertEquals(added, ["zone"]);
});

Deno.test("evolve() reports the columns the table cannot take", () => {
  const { conflicts } = evolve(TABLE, [{ name: "id", type: "double" }, { name: "note", type: "string" }]);
  assertEquals(conflicts, [{ column: { name: "id", type: "double" }, field: TABLE.fields[0]! }]);
});

Deno.test("evolve() goes with any type where a text column is empty", () => {
  const { schema, conflicts } = evolve(TABLE, [{ name: "id", type: "string", empty: true }]);
  assertEquals([schema, conflicts], [TABLE, []]);
});

Deno.test("evolve() puts the first type with values in place of a guess, under a new id", () => {
  const guessed = { ...TABLE, provisional: [2] };
  const { schema, targets } = evolve(guessed, [{ name: "note", type: "double" }]);
  assertEquals(targets, [{ id: 3, name: "Note", type: "double", required: false }]);
  assertEquals(schema, { fields: [TABLE.fields[0]!, targets[0]!], lastColumnId: 3, provisional: [] });
});

Deno.test("settleGuesses() calls a new string column from text without a value a guess, until it has one", () => {
  const [id, note] = TABLE.fields as [typeof TABLE.fields[0], typeof TABLE.fields[0]];
  const empty = { targets: [id, note], known: [], hasValue: () => false, fromText: true };
  const guessed = settleGuesses(TABLE, empty);
  assertEquals(guessed.provisional, [2]);
  assertEquals(settleGuesses(TABLE, { ...empty, fromText: false }).provisional, []);
  assertEquals(settleGuesses(TABLE, { ...empty, known: [note] }).provisional, []);
  assertEquals(settleGuesses(guessed, { ...empty, known: TABLE.fields }).provisional, [2]);
  assertEquals(settleGuesses(guessed, { ...empty, known: TABLE.fields, hasValue: () => true }).provisional, []);
});

Deno.test("replaceColumns() keeps a column whose name and type stay, and gives every other a new id", () => {
  const schema = replaceColumns({ ...TABLE, provisional: [2] }, [{ name: "Note", type: "string" }, { name: "id", type: "double" }]);
  assertEquals(schema.fields.map(({ id, name }) => [id, name]), [[2, "Note"], [3, "id"]]);
  assertEquals([schema.lastColumnId, schema.provisional], [3, [2]]);
});

Deno.test("findColumn() prefers the exact name", () => {
  const columns = [{ name: "A" }, { name: "a" }];
  assertEquals([findColumn(columns, "a"), findColumn([{ name: "A" }], "a"), findColumn(columns, "b")], [{ name: "a" }, { name: "A" }, undefined]);
});

Deno.test("findDuplicateName() sees through case", () => {
  assertEquals([findDuplicateName(["a", "b", "A"]), findDuplicateName(["a", "b"])], [["a", "A"], null]);
});
