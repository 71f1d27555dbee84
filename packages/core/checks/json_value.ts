/**
 * Values of users' own code as JSON values.
 *
 * @module
 */

const MAX_DEPTH = 8;

/**
 * Turns any value into one that JSON can hold.
 *
 * @param value Whatever a check's function put into its sample.
 * @returns The value, with what JSON lacks as text and what lies too deep left out.
 */
export function toJsonValue(value: unknown): unknown {
  return convert(value, 0);
}

function convert(value: unknown, depth: number): unknown {
  if (value === null || value === undefined || depth > MAX_DEPTH) return null;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === "function" || typeof value === "symbol") return String(value);
  if (typeof value !== "object") return value;
  if (value instanceof Uint8Array) return value.toBase64();
  if (value instanceof Date && Number.isNaN(value.getTime())) return null;
  if ("toJSON" in value && typeof value.toJSON === "function") return convert(value.toJSON(), depth + 1);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as ArrayLike<unknown>, (item) => convert(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item, depth + 1)]));
}
