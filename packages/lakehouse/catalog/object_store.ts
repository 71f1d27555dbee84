/**
 * Immutable JSON values kept by the hash of their content. Knows nothing of what the values mean.
 *
 * @module
 */
import { hash } from "node:crypto";

/** Where immutable JSON values are kept by the hash of their content. */
export interface ObjectStore {
  /**
   * Reads a value.
   *
   * @param hash What {@linkcode ObjectStore.put} answered.
   * @returns The value; callers do not change it.
   * @throws {TerminalError} If there is none of that hash.
   */
  get(hash: string): unknown;
  /**
   * Keeps a value. Equal values have one hash and are kept once.
   *
   * @param value Anything JSON can carry.
   * @returns The hash to read it by.
   */
  put(value: unknown): string;
}

/**
 * Writes a value as JSON in the one form that equal values share: keys sorted, no blanks.
 *
 * @param value Anything JSON can carry.
 * @returns The text.
 * @throws {TypeError} If a number in it is NaN or infinite, which JSON would turn into null, or a bigint.
 * @example
 * ```ts ignore
 * canonicalJson({ b: 1, a: [true] }); // {"a":[true],"b":1}
 * ```
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, sortKeys);
}

/**
 * The SHA-256 of a text.
 *
 * @param text Any text; hashed as UTF-8.
 * @returns 64 hexadecimal digits.
 */
export function sha256(text: string): string {
  return hash("sha256", text);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(`Cannot write ${value} as JSON: it has no such number`);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
