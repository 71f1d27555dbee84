import { UsageError } from "@wap/core";
import { assertEquals, assertThrows } from "@std/assert";
import { locationOf } from "./data_folder.ts";

Deno.test("locationOf() is a folder of the table's own", () => {
  assertEquals(locationOf({ namespace: "a.b", name: "t" }, "u1"), "data/a.b/t-u1");
});

Deno.test("locationOf() refuses names that lead elsewhere", () => {
  assertThrows(() => locationOf({ namespace: "..", name: "t" }, "u1"), UsageError);
  assertThrows(() => locationOf({ namespace: "n", name: "../t" }, "u1"), UsageError);
});
