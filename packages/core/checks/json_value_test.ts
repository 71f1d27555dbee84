import { assertEquals } from "@std/assert";
import { toJsonValue } from "./json_value.ts";

Deno.test("toJsonValue() keeps what JSON has", () => {
  const value = { a: 1, b: "x", c: [true, null], d: { e: 0.5 } };
  assertEquals(toJsonValue(value), value);
});

Deno.test("toJsonValue() writes what JSON lacks", () => {
  assertEquals(toJsonValue([1n, 2n ** 60n, NaN, -Infinity, undefined, new Uint8Array([255]), new Date(0), new Date(NaN), Int16Array.of(3)]), [
    1,
    "1152921504606846976",
    "NaN",
    "-Infinity",
    null,
    "/w==",
    "1970-01-01T00:00:00.000Z",
    null,
    [3],
  ]);
});

Deno.test("toJsonValue() ends at values that contain themselves", () => {
  const value: Record<string, unknown> = { a: 1 };
  value.self = value;
  assertEquals(JSON.stringify(toJsonValue(value)).includes('"a":1'), true);
});
