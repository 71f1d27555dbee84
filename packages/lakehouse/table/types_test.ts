import { assertEquals } from "@std/assert";
import { assignIds, decimalOf, formatType, listOf, mapOf, parseDecimal, structOf } from "./types.ts";

const NESTED = structOf([
  { name: "a", type: "long" },
  { name: "b", type: listOf(structOf([{ name: "x", type: "string" }])) },
  { name: "c", type: mapOf("string", decimalOf({ precision: 18, scale: 3 })) },
]);

Deno.test("formatType() writes nested types as the port has them", () => {
  assertEquals(formatType(NESTED), "struct<a: long, b: list<struct<x: string>>, c: map<string, decimal(18, 3)>>");
});

Deno.test("assignIds() gives every nested part an id of its own", () => {
  let last = 10;
  const type = assignIds(NESTED, () => ++last);
  const ids = [...JSON.stringify(type).matchAll(/"(?:id|element-id|key-id|value-id)":(\d+)/g)].map(([, id]) => Number(id));
  assertEquals(ids.toSorted((a, b) => a - b), [11, 12, 13, 14, 15, 16, 17]);
  assertEquals(last, 17);
});

Deno.test("assignIds() leaves ids that are there", () => {
  const type = assignIds(NESTED, () => 5);
  assertEquals(assignIds(type, () => 99), type);
});

Deno.test("parseDecimal() reads what decimalOf() writes, and nothing else", () => {
  assertEquals(parseDecimal(decimalOf({ precision: 38, scale: 10 })), { precision: 38, scale: 10 });
  assertEquals([parseDecimal("double"), parseDecimal(listOf("long"))], [null, null]);
});
