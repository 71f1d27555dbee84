/**
 * Digests of JSON values that do not depend on the order of keys.
 *
 * @module
 */
import { hash } from "node:crypto";

/**
 * Writes a value as JSON in the one form that equal values share: keys sorted, no blanks, fields that are `undefined` left out.
 *
 * @param value Anything JSON can carry.
 * @returns The text.
 * @throws {TypeError} If a number in it is NaN or infinite, which JSON would turn into null, or a bigint.
 * @example
 * ```ts
 * import { canonicalJson } from "@wap/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(canonicalJson({ b: 1, a: [true] }), '{"a":[true],"b":1}');
 * ```
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, sortKeys);
}

/** SHA-256 of a text, hashed as UTF-8: 64 hexadecimal digits. */
export function sha256(text: string): string {
  return hash("sha256", text);
}

/** SHA-256 of a JSON value's canonical form: 64 hexadecimal digits. */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(`Cannot write ${value} as JSON: it has no such number`);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
