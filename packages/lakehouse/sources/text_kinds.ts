/**
 * What the texts of CSV and JSON files mean. DuckDB's own conversions round `1.5` to a whole number and drop leading zeros;
 * here a text has a type only if nothing of it is lost.
 *
 * @module
 */
import { decimalOf, type FieldType, parseDecimal } from "../table/types.ts";
import { toDuckDBType } from "../duckdb/column_types.ts";
import { quoteText } from "../duckdb/sql.ts";

const EXPONENT = "[eE][+-]?[0-9]+";
// Up to 18 digits always fit into 64 bits, 19 may.
const SHORT_INTEGER = "0|-?[1-9][0-9]{0,17}";
const LONG_INTEGER = "-?[1-9][0-9]{18}";
// A sign or a leading zero that would be lost makes a text a text, as in telephone numbers; `-0` is a number that only floating point has.
const DOUBLE = `-0|[+-]?((0|[1-9][0-9]*)(\\.[0-9]*(${EXPONENT})?|${EXPONENT})|\\.[0-9]+(${EXPONENT})?)`;
// Where a table says that a column is numeric, a number may be written as one likes.
const ANY_INTEGER = "[+-]?[0-9]+";
const ANY_NUMBER = `[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(${EXPONENT})?`;
const SPECIAL = ["nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"];
const SPECIAL_LENGTH = 9;
const DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
const CLOCK = "[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?";
const TIMESTAMP = `${DATE}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?`;
const ZONE = "(Z|[+-][0-9]{2}(:?[0-9]{2})?)";

/** A kind of text: its bit in a set of kinds, and what a text of it looks like. */
interface Kind {
  bit: number;
  test: (value: string) => string;
}

const HUGE_DIGITS = 38;

const KINDS = {
  long: { bit: 1, test: (value) => `${matches(value, SHORT_INTEGER)} OR (${matches(value, LONG_INTEGER)} AND TRY_CAST(${value} AS BIGINT) IS NOT NULL)` },
  huge: { bit: 2, test: (value) => matches(value, `-?[1-9][0-9]{0,${HUGE_DIGITS - 1}}`) },
  double: { bit: 4, test: (value) => `${matches(value, DOUBLE)} AND isfinite(TRY_CAST(${value} AS DOUBLE))` },
  special: { bit: 8, test: (value) => `strlen(${value}) <= ${SPECIAL_LENGTH} AND lower(${value}) IN (${SPECIAL.map(quoteText).join(", ")})` },
  timestamp: { bit: 16, test: (value) => `${matches(value, TIMESTAMP)} AND TRY_CAST(${value} AS TIMESTAMP) IS NOT NULL` },
  date: { bit: 32, test: (value) => `${matches(value, DATE)} AND TRY_CAST(${value} AS DATE) IS NOT NULL` },
  boolean: { bit: 64, test: (value) => `${value} IN ('true', 'false', 'True', 'False', 'TRUE', 'FALSE')` },
  timestamptz: { bit: 128, test: (value) => `${matches(value, TIMESTAMP + ZONE)} AND TRY_CAST(${value} AS TIMESTAMPTZ) IS NOT NULL` },
  time: { bit: 256, test: (value) => `${matches(value, CLOCK)} AND TRY_CAST(${value} AS TIME) IS NOT NULL` },
} satisfies Record<string, Kind>;

const OTHER_BIT = 512;

const WHOLE_NUMBERS = KINDS.long.bit | KINDS.huge.bit;
const NUMBERS = WHOLE_NUMBERS | KINDS.double.bit | KINDS.special.bit;
const TEMPORAL = KINDS.date.bit | KINDS.timestamp.bit | KINDS.timestamptz.bit | KINDS.time.bit;

/** Types whose texts are those of some kinds; what is not here has a test of its own. */
const KINDS_OF_TYPE: Record<string, number> = {
  string: ~0,
  boolean: KINDS.boolean.bit,
  long: KINDS.long.bit,
  double: NUMBERS,
  date: KINDS.date.bit,
  timestamp: KINDS.date.bit | KINDS.timestamp.bit,
  timestamptz: KINDS.timestamptz.bit,
  time: KINDS.time.bit,
};

/** SQL for the set of kinds that a column's texts have, as an aggregate. */
export function kindsSql(value: string): string {
  const when = ({ bit, test }: Kind) => `WHEN ${test(value)} THEN ${bit}`;
  const words = `CASE ${[KINDS.boolean, KINDS.special].map(when).join(" ")} ELSE ${OTHER_BIT} END`;
  // What begins with a letter is seldom more than text; that saves most of the tests.
  const cases = [`WHEN ${value} IS NULL THEN 0`, `WHEN ${value} >= ':' THEN ${words}`, ...Object.values(KINDS).map(when)];
  return `coalesce(bit_or(CASE ${cases.join(" ")} ELSE ${OTHER_BIT} END), 0)`;
}

/**
 * The type that texts of some kinds have.
 *
 * @param kinds A set made by {@linkcode kindsSql}.
 * @returns The narrowest type that holds them all; `string` if there is no other, or no text.
 */
export function typeOfKinds(kinds: number): string {
  if (kinds === 0) return "string";
  if (isSubset(kinds, KINDS.long.bit)) return "long";
  if (isSubset(kinds, WHOLE_NUMBERS)) return decimalOf({ precision: HUGE_DIGITS, scale: 0 });
  // Nothing but "nan" and "inf" is more likely text than numbers.
  if (isSubset(kinds, NUMBERS) && kinds !== KINDS.special.bit) return "double";
  const types = ["date", "timestamp", "timestamptz", "time", "boolean"];
  return types.find((type) => isSubset(kinds, KINDS_OF_TYPE[type]!)) ?? "string";
}

/** The type that texts of a format with numbers and booleans of its own have: a point in time, or just text. */
export function typeOfQuotedKinds(kinds: number): string {
  return isSubset(kinds, TEMPORAL) ? typeOfKinds(kinds) : "string";
}

/** Whether a set of kinds settles that all its texts can be read as a type; when not, {@linkcode parsesSql} does. */
export function kindsParse(kinds: number, type: FieldType): boolean {
  return typeof type === "string" && isSubset(kinds, KINDS_OF_TYPE[type] ?? 0);
}

/** SQL for whether a text, not NULL, can be read as a type other than `string` without loss. */
export function parsesSql(value: string, type: FieldType): string {
  if (type === "int" || type === "long") return `${matches(value, ANY_INTEGER)} AND TRY_CAST(${value} AS ${toDuckDBType(type)}) IS NOT NULL`;
  if (type === "float" || type === "double") {
    return `${matches(value, ANY_NUMBER)} AND isfinite(TRY_CAST(${value} AS ${toDuckDBType(type)})) OR ${KINDS.special.test(value)}`;
  }
  if (type === "uuid") return `TRY_CAST(${value} AS UUID) IS NOT NULL`;
  const decimal = parseDecimal(type);
  if (decimal !== null) {
    const { precision, scale } = decimal;
    return `${matches(value, ANY_NUMBER)} AND ${matches(value, `[+-]?0*[0-9]{0,${precision - scale}}(\\.[0-9]{0,${scale}}0*)?`)}`;
  }
  const bits = typeof type === "string" ? KINDS_OF_TYPE[type] ?? 0 : 0;
  const tests = Object.values(KINDS).filter(({ bit }) => (bits & bit) !== 0).map(({ test }) => `(${test(value)})`);
  return tests.length === 0 ? "false" : tests.join(" OR ");
}

function matches(value: string, pattern: string): string {
  return `regexp_full_match(${value}, ${quoteText(pattern)})`;
}

function isSubset(kinds: number, allowed: number): boolean {
  return (kinds & ~allowed) === 0;
}
