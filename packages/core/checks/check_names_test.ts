import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../errors.ts";
import { check } from "./build.ts";
import { nameChecks } from "./check_names.ts";

Deno.test("nameChecks() numbers names that would come up again", () => {
  const checks = [check.range("a", { min: 0 }), check.range("a", { max: 9 }), check.notNull("a"), check.range("a", { max: 99, name: "range(a) 2" })];
  assertEquals(nameChecks(checks).map(({ spec }) => spec.name), ["range(a)", "range(a) 3", "not_null(a)", "range(a) 2"]);
});

Deno.test("nameChecks() keeps the checks otherwise as they are", () => {
  const run = () => true;
  const checks = [check.arrow("a", run), check.arrow("a", run)];
  const [first, second] = nameChecks(checks);
  assertEquals(first, checks[0]);
  assertEquals(second, { spec: { ...checks[1]!.spec, name: "arrow(a) 2" }, run });
});

Deno.test("nameChecks() refuses an explicit name given twice", () => {
  assertThrows(() => nameChecks([check.notNull("a", { name: "x" }), check.unique("b", { name: "x" })]), UsageError, 'two checks named "x"');
});
