import { assertEquals, assertStrictEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { Check } from "../check.ts";
import { UsageError } from "../errors.ts";
import { addedRowsCheck, check } from "./build.ts";
import { parseCheck } from "./parse.ts";

const PAIRS: [string, Check, unknown][] = [
  ["notNull", check.notNull("a", { maxPct: 1 }), { not_null: { column: "a", max_pct: 1 } }],
  ["notNull of several", check.notNull(["a", "b"]), { not_null: ["a", "b"] }],
  ["unique", check.unique(["a", "b"], { maxExcess: 2, nulls: "distinct" }), { unique: { columns: ["a", "b"], max_excess: 2, nulls: "distinct" } }],
  ["range", check.range("a", { strictMin: 0, max: 5, nan: "ignore" }), { range: { column: "a", strict_min: 0, max: 5, nan: "ignore" } }],
  ["acceptedValues", check.acceptedValues("a", ["Y", 1], { nulls: "fail" }), { accepted_values: { column: "a", values: ["Y", 1], nulls: "fail" } }],
  ["rowCount", check.rowCount({ min: 1, severity: "warn" }), { row_count: { min: 1, severity: "warn" } }],
  ["expression", check.expression("a < b", { warn: { maxPct: 1 }, fail: { maxCount: 9 } }), {
    expression: { sql: "a < b", warn: { max_pct: 1 }, fail: { max_count: 9 } },
  }],
  ["sqlRows", check.sqlRows("select * from {table}", { sample: 0 }), { sql_rows: { query: "select * from {table}", sample: 0 } }],
];

for (const [name, built, written] of PAIRS) {
  Deno.test(`check.${name} makes the same check as a flow file`, () => assertEquals(built, { spec: parseCheck(written) }));
}

Deno.test("check.arrow keeps the function beside the check", () => {
  const run = () => true;
  const built = check.arrow(["fare_amount"], run, { maxCount: 3 });
  assertStrictEquals(built.run, run);
  assertEquals(built.spec, {
    kind: "arrow",
    name: "arrow(fare_amount)",
    columns: ["fare_amount"],
    params: {},
    scope: "delta",
    fail: { maxCount: 3 },
    sample: 5,
  });
});

Deno.test("check ignores options that are undefined", () => {
  assertEquals(check.notNull("a", { where: undefined, maxPct: undefined }), check.notNull("a"));
});

Deno.test("check refuses wrong options under the names the caller used", () => {
  const options = { maxPc: 1 } as unknown as { maxPct: number };
  const error = assertThrows(() => check.notNull("a", options), UsageError, "Cannot use check.notNull with maxPc: there is no such option");
  assertStringIncludes(error.hint!, '"maxPct"');
  assertThrows(() => check.range("a", {}), UsageError, "Cannot use check.range: it has no bounds");
  assertThrows(() => check.arrow("a", "no function" as never), UsageError, "the second argument is not a function");
});

Deno.test("addedRowsCheck() demands at least one added row", () => {
  const { spec } = addedRowsCheck();
  assertEquals({ kind: spec.kind, params: spec.params, scope: spec.scope, fail: spec.fail }, {
    kind: "row_count",
    params: { min: 1 },
    scope: "delta",
    fail: { maxCount: 0 },
  });
});
