import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import * as z from "zod";
import { UsageError } from "../errors.ts";
import { checkSchema, parseCheck } from "./parse.ts";

Deno.test("parseCheck() fills in every default", () => {
  assertEquals(parseCheck({ not_null: { columns: ["a", "b"] } }), {
    kind: "not_null",
    name: "not_null(a, b)",
    columns: ["a", "b"],
    params: {},
    scope: "delta",
    fail: { maxCount: 0 },
    sample: 5,
  });
});

Deno.test("parseCheck() keeps every option that is given", () => {
  const range = { column: "fare", min: 0, strict_max: 500, nan: "ignore", max_pct: 1, max_count: 7, severity: "warn", where: "fare <> 1", scope: "table" };
  assertEquals(parseCheck({ range: { ...range, name: "fares", sample: 0, reason: "the fare model breaks on outliers" } }), {
    kind: "range",
    name: "fares",
    columns: ["fare"],
    params: { min: 0, strict_max: 500, nan: "ignore" },
    where: "fare <> 1",
    scope: "table",
    warn: { maxPct: 1, maxCount: 7 },
    sample: 0,
    reason: "the fare model breaks on outliers",
  });
});

Deno.test("parseCheck() takes a bare value or list as the kind's first option", () => {
  assertEquals(parseCheck({ not_null: "a" }), parseCheck({ not_null: { column: "a" } }));
  assertEquals(parseCheck({ unique: ["a", "b"] }), parseCheck({ unique: { columns: ["a", "b"] } }));
  assertEquals(parseCheck({ expression: "a < b" }), parseCheck({ expression: { sql: "a < b" } }));
  assertEquals(parseCheck({ row_count: 3 }), parseCheck({ row_count: { min: 3 } }));
});

Deno.test("parseCheck() looks at the added rows, except for uniqueness and queries about other tables", () => {
  const scopes = [
    [{ not_null: "a" }, "delta"],
    [{ range: { column: "a", min: 0 } }, "delta"],
    [{ accepted_values: { column: "a", values: [1] } }, "delta"],
    [{ row_count: { min: 1 } }, "delta"],
    [{ expression: "a < b" }, "delta"],
    [{ unique: "a" }, "table"],
    [{ sql_rows: "select * from {table} where a < 0" }, "delta"],
    [{ sql_rows: "select * from other.t where a = '{table}'" }, "table"],
  ] as const;
  for (const [written, scope] of scopes) assertEquals(parseCheck(written).scope, scope, JSON.stringify(written));
});

Deno.test("parseCheck() keeps warn and fail independent, an empty one tolerating nothing", () => {
  const { warn, fail } = parseCheck({ not_null: { column: "a", warn: {}, fail: { max_pct: 5 } } });
  assertEquals({ warn, fail }, { warn: { maxCount: 0 }, fail: { maxPct: 5 } });
  assertEquals(parseCheck({ not_null: { column: "a", warn: { max_pct: 1 } } }).fail, undefined);
});

Deno.test("parseCheck() reads max_excess as the excess rows that unique tolerates", () => {
  assertEquals(parseCheck({ unique: { columns: "a", max_excess: 3 } }).fail, { maxCount: 3 });
  assertEquals(parseCheck({ unique: { columns: "a", fail: { max_excess: 3 } } }).fail, { maxCount: 3 });
});

const REFUSED: [unknown, string, string?][] = [
  ["not_null(a)", "Cannot use check: expected an object", "not_null:"],
  [[], "Cannot use check: expected an object"],
  [null, "Cannot use check: expected an object"],
  [{}, "the kind of check is missing", "not_null, unique"],
  [{ not_nul: "a" }, 'Cannot use check: there is no kind of check "not_nul"', 'Did you mean "not_null"?'],
  [{ arrow: "a" }, "an arrow check is code", "check.arrow"],
  [{ not_null: "a", unique: "b" }, '"unique" stands beside "not_null"', "one list entry for each"],
  [{ not_null: "a", severity: "warn" }, '"severity" stands beside "not_null"', "go below it"],
  [{ not_null: {} }, "Cannot use check.not_null.columns: it is missing"],
  [{ not_null: null }, "Cannot use check.not_null.columns: it is missing"],
  [{ not_null: 5 }, "Cannot use check.not_null.columns: expected a column name or a list of them, got 5"],
  [{ not_null: [] }, "Cannot use check.not_null.columns: it is empty"],
  [{ not_null: ["a", "a"] }, '"a" is named twice'],
  [{ not_null: { column: "a", columns: "b" } }, "it says the same as column"],
  [{ not_null: { column: "a", max_pc: 1 } }, "Cannot use check.not_null.max_pc: there is no such option", 'Did you mean "max_pct"?'],
  [{ not_null: { column: "a", values: [1] } }, "Cannot use check.not_null.values: there is no such option"],
  [{ not_null: { column: "a", max_pct: "1" } }, 'Cannot use check.not_null.max_pct: expected a number, got "1"'],
  [{ not_null: { column: "a", max_pct: 101 } }, "101 is more than 100"],
  [{ not_null: { column: "a", max_pct: -1 } }, "-1 is less than 0"],
  [{ not_null: { column: "a", max_pct: NaN } }, "expected a number, got NaN"],
  [{ not_null: { column: "a", max_count: 1.5 } }, "expected a whole number, got 1.5"],
  [{ not_null: { column: "a", sample: 1001 } }, "1001 is more than 1000"],
  [{ not_null: { column: "a", severity: "error" } }, 'expected "fail" or "warn", got "error"'],
  [{ not_null: { column: "a", scope: "all" } }, 'expected "delta" or "table", got "all"'],
  [{ not_null: { column: "a", severity: "warn", fail: { max_pct: 1 } } }, "severity: it cannot stand beside warn or fail"],
  [{ not_null: { column: "a", max_pct: 1, fail: {} } }, "max_pct: it cannot stand beside warn or fail"],
  [{ not_null: { column: "a", fail: { max_pc: 1 } } }, "Cannot use check.not_null.fail.max_pc: there is no such option", '"max_pct"'],
  [{ not_null: { column: "a", fail: 5 } }, "expected options, got 5"],
  [{ unique: { column: "a", max_count: 1, max_excess: 1 } }, "max_count and max_excess say the same"],
  [{ not_null: { column: "a", max_excess: 1 } }, "max_excess: there is no such option"],
  [{ range: { column: "a" } }, "Cannot use check.range: it has no bounds", "min, max, strict_min, strict_max"],
  [{ range: { column: "a", min: 5, max: 1 } }, "the upper bound is less than the lower one"],
  [{ range: { column: "a", min: 5, strict_min: 1 } }, "strict_min: it excludes min"],
  [{ range: { column: "a", max: Infinity } }, "expected a number or text, got Infinity"],
  [{ range: { columns: ["a", "b"], min: 0 } }, "it takes one column", "one check for each"],
  [{ accepted_values: "a" }, "Cannot use check.accepted_values.values: it is missing", "Give a list"],
  [{ accepted_values: { column: "a", values: "Y" } }, 'expected a list, got "Y"'],
  [{ accepted_values: { column: "a", values: ["Y", null] } }, "Cannot use check.accepted_values.values[1]: expected text, a number, true or false, got null"],
  [{ accepted_values: { column: "a", value: [1] } }, "Cannot use check.accepted_values.value: there is no such option", 'Did you mean "values"?'],
  [{ accepted_values: { column: "a", values: ["\0"] } }, "it contains a NUL character"],
  [{ not_null: "a\0" }, "it contains a NUL character"],
  [{ row_count: {} }, "it demands nothing"],
  [{ row_count: { min: 5, max: 1 } }, "it is less than min"],
  [{ row_count: { min: 5, eq: 1 } }, "it excludes min and max"],
  [{ row_count: { min: 1, max_pct: 1 } }, "max_pct: there is no such option"],
  [{ expression: { sql: 5 } }, "expected text, got 5"],
  [{ expression: "" }, "cannot be used as SQL predicate: it is empty"],
  [{ sql_rows: "delete from {table}" }, "cannot be used as SQL query: it is not a SELECT"],
  [{ sql_rows: { query: "select 1", max_pct: 1 } }, "the query does not name {table}", "max_count"],
  [{ sql_rows: { query: "select 1", scope: "delta" } }, "scope: the query does not name {table}"],
  [{ sql_rows: { query: "select 1", where: "a" } }, "where: there is no such option"],
];

for (const [written, message, hint = ""] of REFUSED) {
  Deno.test(`parseCheck() refuses ${JSON.stringify(written)}`, () => {
    const error = assertThrows(() => parseCheck(written), UsageError);
    assertStringIncludes(error.message, message);
    assertStringIncludes(error.hint ?? "", hint);
  });
}

Deno.test("parseCheck() says where the check stands", () => {
  const error = assertThrows(() => parseCheck({ not_null: { column: "a", max_pct: "1" } }, { path: "tables[0].checks[2]" }), UsageError);
  assertStringIncludes(error.message, "Cannot use tables[0].checks[2].not_null.max_pct: ");
});

Deno.test("parseCheck() survives values that contain themselves", () => {
  const columns: unknown[] = [];
  columns.push(columns);
  assertThrows(() => parseCheck({ not_null: columns }), UsageError, "got a list");
});

Deno.test("checkSchema reports path, message and hint inside a larger schema", () => {
  const schema = z.object({ checks: z.array(checkSchema) });
  const result = schema.safeParse({ checks: [{ not_null: "a" }, { not_null: { column: "a", max_pc: 1 } }] });
  assertEquals(result.error?.issues.map(({ path, message }) => ({ path, message })), [
    { path: ["checks", 1, "not_null", "max_pc"], message: "there is no such option" },
  ]);
  assertEquals((result.error!.issues[0] as z.core.$ZodIssueCustom).params, { hint: 'Did you mean "max_pct"?' });
});
