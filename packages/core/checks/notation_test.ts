import { assertEquals, assertInstanceOf, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../errors.ts";
import { formatCheckNotation, parseCheckNotation } from "./notation.ts";
import { parseCheck } from "./parse.ts";

const EQUIVALENTS: [string, unknown][] = [
  ["not_null(passenger_count)", { not_null: "passenger_count" }],
  ["not_null(passenger_count, max_pct=1)", { not_null: { columns: "passenger_count", max_pct: 1 } }],
  ["not_null([a, b], 1.5, 3)", { not_null: { columns: ["a", "b"], max_pct: 1.5, max_count: 3 } }],
  ["unique(columns=[a, b])", { unique: ["a", "b"] }],
  ["unique(id, 2)", { unique: { columns: "id", max_excess: 2 } }],
  ["range(fare_amount, min=0, max=500, severity=warn)", { range: { column: "fare_amount", min: 0, max: 500, severity: "warn" } }],
  ["range(day, 2024-01-01, 2024-01-31)", { range: { column: "day", min: "2024-01-01", max: "2024-01-31" } }],
  ["range(fare, -2.5e3)", { range: { column: "fare", min: -2500 } }],
  ["accepted_values(flag, values=[Y, N])", { accepted_values: { column: "flag", values: ["Y", "N"] } }],
  ["accepted_values(code, ['1', 1, 007, true, \"true\"])", { accepted_values: { column: "code", values: ["1", 1, "007", true, "true"] } }],
  ["row_count(min=1)", { row_count: { min: 1 } }],
  ["row_count(1, 10)", { row_count: { min: 1, max: 10 } }],
  ['expression("a < b")', { expression: "a < b" }],
  ["expression('note <> \\'a\\' and x = \"y\"')", { expression: `note <> 'a' and x = "y"` }],
  ["sql_rows(\"select * from {table} where a = 'x, y'\")", { sql_rows: "select * from {table} where a = 'x, y'" }],
  ["  not_null( a ,\n  where = 'b > 1' )  ", { not_null: { column: "a", where: "b > 1" } }],
  ["not_null(a, warn.max_pct=1, fail.max_count=5)", { not_null: { column: "a", warn: { max_pct: 1 }, fail: { max_count: 5 } } }],
  ['not_null("größe in €")', { not_null: "größe in €" }],
];

for (const [notation, written] of EQUIVALENTS) {
  Deno.test(`parseCheckNotation() reads ${notation}`, () => assertEquals(parseCheckNotation(notation), parseCheck(written)));
}

const REFUSED: [string, number, string, string?][] = [
  ["", 1, "expected a kind of check"],
  ["not_nul(a)", 1, 'there is no kind of check "not_nul"', 'Did you mean "not_null"?'],
  ["arrow(a)", 1, "an arrow check is code"],
  ["not_null", 9, 'expected "("'],
  ["not_null(a", 11, 'expected ","'],
  ["not_null(a) b", 13, "the check ends before this"],
  ["not_null(a, max_pct=)", 21, "expected a value"],
  ["not_null(a,)", 12, "expected a value"],
  ["not_null(a, mx_pct=1)", 13, "mx_pct: there is no such option", 'Did you mean "max_pct"?'],
  ["not_null(a, max_pct=1, max_pct=2)", 24, "max_pct is given twice"],
  ["not_null(columns=a, 1)", 21, "a value without a name stands after one with a name"],
  ["not_null(a, 1, 2, 3)", 19, "takes no more than columns, max_pct, max_count without a name"],
  ["not_null(a, fail=1)", 13, "fail.max_pct=…"],
  ["not_null([[a]])", 11, "expected a value"],
  ['not_null("a', 10, "the quote does not end"],
  ["not_null({a})", 10, 'there is no use for "{"', "in quotes"],
  ['expression("a\\d")', 14, 'there is no escape "\\d"', "as two"],
  ['expression("1) or (1")', 12, '")" closes nothing'],
  ["range(a, min=5, max=1)", 17, "the upper bound is less"],
  ["not_null(a, warn.max_pct=1, fail.max_pct=x)", 29, 'fail.max_pct: expected a number, got "x"'],
];

for (const [notation, position, message, hint = ""] of REFUSED) {
  Deno.test(`parseCheckNotation() refuses ${notation || "nothing"} and marks the place`, () => {
    const error = assertThrows(() => parseCheckNotation(notation), UsageError);
    const [first, excerpt, caret] = error.message.split("\n");
    assertStringIncludes(first!, `Cannot read check at position ${position}: `);
    assertStringIncludes(first!, message);
    assertEquals(excerpt, `  ${notation}`);
    assertEquals(caret, `${" ".repeat(position + 1)}^`);
    assertStringIncludes(error.hint ?? "", hint);
  });
}

Deno.test("parseCheckNotation() marks the place in a check that is a line break", () => {
  assertThrows(() => parseCheckNotation("\n"), UsageError, "Cannot read check at position 1: expected a kind of check");
});

Deno.test("parseCheckNotation() shows the line and the part of it that is at fault", () => {
  const error = assertThrows(() => parseCheckNotation(`not_null(a,\n  ${" ".repeat(200)}mx_pct=1)`), UsageError);
  const [, excerpt, caret] = error.message.split("\n");
  assertEquals(excerpt!.slice(caret!.length - 1), "mx_pct=1)");
});

const text = fc.string({ unit: "binary", maxLength: 12 }).filter((value) => !value.includes("\0"));
const columnName = text.filter((value) => value !== "");
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map((value) => value + 0);
const tolerance = fc.record({ max_pct: fc.integer({ min: 0, max: 400 }).map((quarters) => quarters / 4), max_count: fc.nat() }, { requiredKeys: [] });
const predicate = fc.constantFrom("a < b", "note = 'it''s'", "x in (1, 2)", 'a -- why\n< "b c"');
const common = {
  name: fc.string({ minLength: 1, maxLength: 12 }).filter((name) => name.trim() !== ""),
  scope: fc.constantFrom("delta", "table"),
  sample: fc.nat({ max: 1000 }),
  reason: text,
};
const tolerances = fc.oneof(
  fc.record({ severity: fc.constantFrom("warn", "fail") }, { requiredKeys: [] }).chain((severity) => tolerance.map((limits) => ({ ...severity, ...limits }))),
  fc.record({ warn: tolerance, fail: tolerance }),
);

function written(kind: string, options: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> {
  const rest = fc.record({ ...common, where: predicate }, { requiredKeys: [] });
  return fc.tuple(fc.record(options), rest, tolerances).map(([own, shared, limits]) => ({ [kind]: { ...own, ...shared, ...limits } }));
}

const anyCheck = fc.oneof(
  written("not_null", { columns: fc.uniqueArray(columnName, { minLength: 1, maxLength: 3 }) }),
  written("unique", { columns: fc.uniqueArray(columnName, { minLength: 1, maxLength: 3 }), nulls: fc.constantFrom("equal", "distinct") }),
  written("range", { column: columnName, min: fc.oneof(number, text), nan: fc.constantFrom("fail", "ignore") }),
  written("accepted_values", { column: columnName, values: fc.array(fc.oneof(number, text, fc.boolean()), { minLength: 1, maxLength: 4 }) }),
  written("expression", { sql: predicate, nulls: fc.constantFrom("skip", "fail") }),
  fc.record({ row_count: fc.record({ eq: fc.nat() }) }),
  fc.constantFrom("select * from {table} where a = 'x'", "with q as (select 1) select * from q").map((query) => ({ sql_rows: { query } })),
);

Deno.test("formatCheckNotation() writes what parseCheckNotation() reads back as the same check", () => {
  fc.assert(fc.property(anyCheck, (check) => {
    const spec = parseCheck(check);
    assertEquals(parseCheckNotation(formatCheckNotation(spec)), spec);
  }));
});

Deno.test("formatCheckNotation() leaves defaults out", () => {
  for (
    const notation of ["not_null(a)", "unique([a, b])", "range(a, min=0)", "row_count(min=1)", 'expression("a < b")', "not_null(a, severity=warn, max_pct=1)"]
  ) {
    assertEquals(formatCheckNotation(parseCheckNotation(notation)), notation);
  }
});

Deno.test("parseCheckNotation() throws nothing but UsageError, whatever it is given", () => {
  const scrap = fc.constantFrom(
    ..."not_null unique range expression sql_rows ( ) [ ] , = \" ' \\ { } a 1 min max_pct warn.max_pct __proto__ . \n".split(" "),
    " ",
  );
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(scrap).map((parts) => parts.join("")),
    fc.array(scrap).map((parts) => `not_null(${parts.join("")})`),
  );
  fc.assert(
    fc.property(anything, (source) => {
      try {
        parseCheckNotation(source);
      } catch (error) {
        assertInstanceOf(error, UsageError);
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("parseCheckNotation() reads a long list in time linear to its length", () => {
  const values = Array.from({ length: 20_000 }, (_, index) => `"v${index}"`);
  assertEquals((parseCheckNotation(`accepted_values(a, [${values.join(", ")}])`).params.values as string[]).length, 20_000);
});
