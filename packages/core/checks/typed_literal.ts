/**
 * Values of checks as SQL literals of a column's type. Nothing is coerced: text is no number, and a number is no text.
 *
 * @module
 */
import { plainDecimal } from "./decimal.ts";
import { quoteText } from "./sql.ts";

/** A value in a check. */
export type CheckValue = string | number | boolean;

const DATE_REGEXP = /^\d{4}-\d{2}-\d{2}$/;
const TIME_REGEXP = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$/;
const TIMESTAMP_REGEXP = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?))?(Z|[+-]\d{2}:\d{2})?$/;
const UUID_REGEXP = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const UNORDERED_TYPES = new Set(["boolean", "uuid"]);
const COMPARABLE_TYPES = new Set(
  ["boolean", "int", "long", "float", "double", "decimal", "date", "time", "timestamp", "timestamptz", "string", "uuid"],
);

/** The name of an Iceberg type without its parameters: `decimal` for `decimal(10, 2)`. */
export function baseType(type: string): string {
  return type.replace(/[(<[].*$/s, "").trim();
}

/** Whether a type has NaN among its values. */
export function hasNaN(type: string | undefined): boolean {
  return type === "float" || type === "double";
}

/** Why values cannot be compared with a column of a type, whatever the values are, or null. */
export function comparisonFault(type: string, options: { ordered?: boolean } = {}): string | null {
  const base = baseType(type);
  if (!COMPARABLE_TYPES.has(base)) return `values cannot be compared with a column of type ${type}`;
  return options.ordered === true && UNORDERED_TYPES.has(base) ? `values of type ${type} have no order` : null;
}

/**
 * Says why a value does not fit a column.
 *
 * @param value The value as written in the check.
 * @param type The column's Iceberg type, one that {@linkcode comparisonFault} finds nothing against.
 * @returns The reason, or null when it fits.
 */
export function valueFault(value: CheckValue, type: string): string | null {
  const base = baseType(type);
  const expected = expectedFor(value, base);
  if (expected !== null) return `${JSON.stringify(value)} does not fit a column of type ${type}, which takes ${expected}`;
  if (["int", "long", "decimal"].includes(base) && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return `${value} is too large to be exact; compare it in an expression check instead`;
  }
  if (base === "float" && !Number.isFinite(Math.fround(Number(value)))) return `${value} is beyond what a column of type float holds`;
  return null;
}

/**
 * Writes a value as an SQL literal of a column's type.
 *
 * @param value A value that {@linkcode valueFault} finds nothing against.
 * @param type The column's Iceberg type.
 * @returns The literal.
 */
export function typedLiteral(value: CheckValue, type: string): string {
  switch (baseType(type)) {
    case "boolean":
      return String(value);
    // A column of floats holds 0.1 as the nearest float, which only a literal of the same type equals.
    case "float":
      return `cast(${value} as real)`;
    case "double":
      return `cast(${value} as double)`;
    case "int":
    case "long":
    case "decimal":
      return plainDecimal(Number(value));
    case "timestamptz":
      return `cast(${quoteText(withZone(String(value)))} as timestamp with time zone)`;
    case "string":
      return quoteText(String(value));
    default:
      return `cast(${quoteText(String(value))} as ${baseType(type)})`;
  }
}

/** What a column of the type takes, if the value is something else. */
function expectedFor(value: CheckValue, base: string): string | null {
  switch (base) {
    case "boolean":
      return typeof value === "boolean" ? null : "true or false";
    case "string":
      return typeof value === "string" ? null : "text: put it in quotes";
    case "date":
      return isText(value, DATE_REGEXP) && isDate(value) ? null : 'a date such as "2024-01-31"';
    case "time":
      return isText(value, TIME_REGEXP) ? null : 'a time such as "23:59:00"';
    case "timestamp":
      return isTimestamp(value, { zone: false }) ? null : 'a time without a zone such as "2024-01-31T23:59:00"';
    case "timestamptz":
      return isTimestamp(value, { zone: true }) ? null : 'a time with its zone such as "2024-01-31T23:59:00Z"';
    case "uuid":
      return isText(value, UUID_REGEXP) ? null : "a UUID";
    default:
      return typeof value === "number" ? null : "a number, without quotes";
  }
}

function isText(value: CheckValue, pattern: RegExp): value is string {
  return typeof value === "string" && pattern.test(value);
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, 10));
}

function isTimestamp(value: CheckValue, options: { zone: boolean }): boolean {
  const parts = typeof value === "string" ? TIMESTAMP_REGEXP.exec(value) : null;
  if (parts === null || !isDate(parts[1]!)) return false;
  const [, , time, zone] = parts;
  if (time === undefined) return zone === undefined;
  return TIME_REGEXP.test(time) && (zone !== undefined) === options.zone;
}

/** A date alone is midnight UTC. */
function withZone(text: string): string {
  return DATE_REGEXP.test(text) ? `${text}T00:00:00Z` : text;
}
