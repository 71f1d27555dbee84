import { assertEquals, assertStrictEquals } from "@std/assert";
import { prepareOnUse } from "./prepare_on_use.ts";

Deno.test("prepareOnUse() prepares what is read, when it is first read, and once", () => {
  const prepared: string[] = [];
  const recipe = (name: string) => () => {
    prepared.push(name);
    return { name };
  };
  const statements = prepareOnUse({ a: recipe("a"), b: recipe("b") });
  assertEquals(prepared, []);
  assertStrictEquals(statements.b, statements.b);
  assertEquals([statements.b.name, prepared], ["b", ["b"]]);
});
