/**
 * Spans of time as people write them: `500ms`, `30s`, `10m`, `2h`, `7d`.
 *
 * @module
 */
import { UsageError } from "./errors.ts";

const MILLISECONDS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION_REGEXP = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/;

/**
 * Reads a span of time.
 *
 * @param text A number and its unit.
 * @returns Milliseconds, a whole number of at least 1.
 * @throws {UsageError} If it is not written so, is zero, or is longer than a year.
 * @example
 * ```ts
 * import { parseDuration } from "@wap/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseDuration("1.5h"), 5_400_000);
 * ```
 */
export function parseDuration(text: string): number {
  const [, number, unit] = DURATION_REGEXP.exec(text.trim()) ?? [];
  const milliseconds = Math.round(Number(number) * (MILLISECONDS[unit ?? ""] ?? NaN));
  if (milliseconds >= 1 && milliseconds <= 366 * MILLISECONDS.d!) return milliseconds;
  throw new UsageError(`Cannot use ${JSON.stringify(text)} as a span of time: expected a number and one of ms, s, m, h, d`, {
    code: "invalid_duration",
    hint: "Write 500ms, 30s, 10m, 2h or 7d",
  });
}

/** Writes milliseconds in the largest unit that leaves a number without many digits: `90s`, `1.5h`. */
export function formatDuration(milliseconds: number): string {
  const units = Object.entries(MILLISECONDS).reverse();
  const [unit, size] = units.find(([, size]) => milliseconds >= size && Number.isInteger((milliseconds / size) * 10)) ?? ["ms", 1];
  return `${milliseconds / size}${unit}`;
}
