import { assertEquals } from "@std/assert";
import { parseCheckNotation } from "./notation.ts";
import { preflight } from "./preflight.ts";

const COLUMNS = [
  { name: "fare_amount", type: "double", required: false },
  { name: "flag", type: "string", required: false },
  { name: "tags", type: "list<string>", required: false },
];

function problemsOf(...checks: string[]) {
  return preflight(checks.map(parseCheckNotation), COLUMNS).map(({ check, error }) => [check, error.code, error.message, error.hint]);
}

Deno.test("preflight() finds nothing against checks that fit the table", () => {
  assertEquals(
    problemsOf("not_null([fare_amount, tags])", "range(fare_amount, 0)", "accepted_values(flag, [Y])", "unique(tags)", 'expression("nothing > 0")'),
    [],
  );
});

Deno.test("preflight() names a column that is not there, and the one that was meant", () => {
  assertEquals(problemsOf("not_null([flag, fare_amuont])", "unique(Flag)"), [
    [
      "not_null(flag, fare_amuont)",
      "unknown_column",
      'Cannot evaluate not_null(flag, fare_amuont): the table has no column "fare_amuont"',
      'Did you mean "fare_amount"?',
    ],
    ["unique(Flag)", "unknown_column", 'Cannot evaluate unique(Flag): the table has no column "Flag"', 'Did you mean "flag"?'],
  ]);
  assertEquals(problemsOf("not_null(passengers)")[0]![3], "It has fare_amount, flag, tags");
});

Deno.test("preflight() refuses values that do not fit the column's type", () => {
  const codes = problemsOf("accepted_values(fare_amount, [1, Y])", "range(flag, min=1)", "range(tags, min=a)", "accepted_values(tags, [a])").map(([, code]) =>
    code
  );
  assertEquals(codes, ["type_mismatch", "type_mismatch", "type_mismatch", "type_mismatch"]);
});
