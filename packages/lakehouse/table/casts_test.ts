import { assertEquals } from "@std/assert";
import { commonType, widenColumn } from "./casts.ts";
import { formatType, listOf, mapOf, structOf } from "./types.ts";

const PRIMITIVES = [
  "boolean",
  "int",
  "long",
  "float",
  "double",
  "decimal(9, 2)",
  "decimal(38, 2)",
  "date",
  "time",
  "timestamp",
  "timestamptz",
  "string",
  "uuid",
  "binary",
];

Deno.test("widenColumn() takes what loses nothing and refuses the rest", () => {
  const taken = PRIMITIVES.flatMap((column) =>
    PRIMITIVES.filter((type) => type !== column && widenColumn(column, type) === column).map((type) => `${type} to ${column}`)
  );
  assertEquals(taken, [
    "int to long",
    "int to double",
    "long to double",
    "float to double",
    "int to decimal(38, 2)",
    "long to decimal(38, 2)",
    "decimal(9, 2) to decimal(38, 2)",
    "date to timestamp",
  ]);
});

Deno.test("commonType() is the same both ways round", () => {
  for (const a of PRIMITIVES) for (const b of PRIMITIVES) assertEquals(commonType(a, b), commonType(b, a), `${a} and ${b}`);
});

Deno.test("commonType() widens numbers and dates, and has none for text and numbers", () => {
  assertEquals(commonType("int", "long"), "long");
  assertEquals(commonType("long", "float"), "double");
  assertEquals(commonType("date", "timestamp"), "timestamp");
  assertEquals(commonType("decimal(9, 2)", "decimal(10, 5)"), "decimal(12, 5)");
  assertEquals(commonType("decimal(38, 0)", "decimal(38, 2)"), null);
  assertEquals(commonType("string", "long"), null);
  assertEquals(commonType("timestamp", "timestamptz"), null);
});

Deno.test("commonType() joins the members of structs, inside lists and maps too", () => {
  const a = mapOf("string", listOf(structOf([{ name: "x", type: "int" }, { name: "y", type: "string" }])));
  const b = mapOf("string", listOf(structOf([{ name: "z", type: "date" }, { name: "x", type: "long" }])));
  assertEquals(formatType(commonType(a, b)!), "map<string, list<struct<x: long, y: string, z: date>>>");
  assertEquals(commonType(a, listOf("string")), null);
  assertEquals(commonType(structOf([{ name: "x", type: "int" }]), structOf([{ name: "x", type: "string" }])), null);
});

Deno.test("widenColumn() lets a struct gain members and keeps the ids it has", () => {
  const column = structOf([{ name: "x", type: "long" }]);
  column.fields[0]!.id = 7;
  const widened = widenColumn(column, structOf([{ name: "y", type: "string" }, { name: "x", type: "int" }]));
  assertEquals(widened, {
    type: "struct",
    fields: [{ id: 7, name: "x", type: "long", required: false }, { id: 0, name: "y", type: "string", required: false }],
  });
  assertEquals(widenColumn(structOf([{ name: "x", type: "int" }]), structOf([{ name: "x", type: "long" }])), null);
});
