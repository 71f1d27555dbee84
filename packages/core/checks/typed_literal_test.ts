import { assertEquals, assertMatch } from "@std/assert";
import { type CheckValue, comparisonFault, typedLiteral, valueFault } from "./typed_literal.ts";

const FITTING: [CheckValue, string, string][] = [
  [true, "boolean", "true"],
  [5, "int", "5"],
  [0.5, "int", "0.5"],
  [9007199254740991, "long", "9007199254740991"],
  [1e-7, "decimal(10, 2)", "0.0000001"],
  [0.1, "float", "cast(0.1 as real)"],
  [1e300, "double", "cast(1e+300 as double)"],
  ["2024-02-29", "date", "cast('2024-02-29' as date)"],
  ["23:59:59.123456", "time", "cast('23:59:59.123456' as time)"],
  ["2024-01-31", "timestamp", "cast('2024-01-31' as timestamp)"],
  ["2024-01-31T23:59", "timestamp", "cast('2024-01-31T23:59' as timestamp)"],
  ["2024-01-31 23:59:00.5", "timestamp", "cast('2024-01-31 23:59:00.5' as timestamp)"],
  ["2024-01-31T23:59:00Z", "timestamptz", "cast('2024-01-31T23:59:00Z' as timestamp with time zone)"],
  ["2024-01-31", "timestamptz", "cast('2024-01-31T00:00:00Z' as timestamp with time zone)"],
  ["it's", "string", "'it''s'"],
  ["6ba7b810-9dad-11d1-80b4-00c04fd430c8", "uuid", "cast('6ba7b810-9dad-11d1-80b4-00c04fd430c8' as uuid)"],
];

Deno.test("typedLiteral() writes values as literals of the column's type", () => {
  for (const [value, type, literal] of FITTING) {
    assertEquals(valueFault(value, type), null, `${value} as ${type}`);
    assertEquals(typedLiteral(value, type), literal);
  }
});

const UNFIT: [CheckValue, string, RegExp][] = [
  ["1", "int", /takes a number, without quotes/],
  [true, "double", /takes a number/],
  [1, "string", /takes text: put it in quotes/],
  [1, "boolean", /takes true or false/],
  ["true", "boolean", /takes true or false/],
  ["2024-02-30", "date", /takes a date/],
  ["2024-02-30T00:00:00", "timestamp", /takes a time without a zone/],
  ["2024-13-01", "date", /takes a date/],
  [20240101, "date", /takes a date/],
  ["25:00", "time", /takes a time/],
  ["2024-01-31T23:59:00Z", "timestamp", /takes a time without a zone/],
  ["2024-01-31T23:59:00", "timestamptz", /takes a time with its zone/],
  ["2024-01-31 24:00", "timestamp", /takes a time without a zone/],
  ["yesterday", "timestamptz", /takes a time with its zone/],
  ["6ba7b810", "uuid", /takes a UUID/],
  [9007199254740992, "long", /too large to be exact/],
  [1e21, "decimal(38, 0)", /too large to be exact/],
  [1e39, "float", /beyond what a column of type float holds/],
];

Deno.test("valueFault() refuses values of another type, without coercing them", () => {
  for (const [value, type, fault] of UNFIT) assertMatch(valueFault(value, type)!, fault);
});

Deno.test("comparisonFault() knows types without comparison and without order", () => {
  for (const type of ["binary", "list<int>", "struct<a: int>", "map<string, int>", "fixed[4]"]) assertMatch(comparisonFault(type)!, /cannot be compared/);
  assertEquals(comparisonFault("boolean"), null);
  assertMatch(comparisonFault("boolean", { ordered: true })!, /no order/);
  assertMatch(comparisonFault("uuid", { ordered: true })!, /no order/);
  assertEquals(comparisonFault("decimal(10, 2)", { ordered: true }), null);
});
