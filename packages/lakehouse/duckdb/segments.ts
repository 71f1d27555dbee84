/**
 * Parts of DuckDB vectors, and their bytes. A column of a result is the sequence of one part per chunk.
 *
 * @module
 */
import duckdb, { type Vector } from "@duckdb/node-bindings";
import { copyBits, countClear } from "./bits.ts";

/** Some consecutive values of one vector. */
export interface Segment {
  /** The vector. */
  vector: Vector;
  /** The first value. */
  start: number;
  /** How many. */
  count: number;
}

/** Which rows of a column are not NULL, as Arrow has it. */
export interface Validity {
  /** How many are NULL. */
  nullCount: number;
  /** One bit a row, set where there is a value; absent when there is no NULL. */
  nullBitmap?: Uint8Array;
}

/** How many values there are in all. */
export function lengthOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { count }) => sum + count, 0);
}

/** The bytes of a segment's values, each `width` bytes; valid as long as the chunk is. */
export function bytesOf({ vector, start, count }: Segment, width: number): Uint8Array {
  return duckdb.vector_get_data(vector, (start + count) * width).subarray(start * width);
}

/** Which of a segment's vector's values are not NULL, from the vector's first; null when none is NULL. */
export function validityOf({ vector, start, count }: Segment): Uint8Array | null {
  // The binding answers null for a vector without a mask, which its declaration does not say.
  return duckdb.vector_get_validity(vector, Math.ceil((start + count) / 64) * 8) as Uint8Array | null;
}

/** Reads which rows are NULL. */
export function readValidity(segments: readonly Segment[]): Validity {
  const masks = segments.map(validityOf);
  if (masks.every((mask) => mask === null)) return { nullCount: 0 };
  const length = lengthOf(segments);
  const nullBitmap = new Uint8Array(Math.ceil(length / 64) * 8);
  let to = 0;
  for (const [index, { start, count }] of segments.entries()) {
    copyBits(nullBitmap, { source: masks[index]!, from: start, to, count });
    to += count;
  }
  return { nullCount: countClear(nullBitmap, length), nullBitmap };
}

/** Copies fixed-width values; what stands at a NULL means nothing. */
export function readBytes(segments: readonly Segment[], width: number): Uint8Array {
  const bytes = new Uint8Array(lengthOf(segments) * width);
  let offset = 0;
  for (const segment of segments) {
    bytes.set(bytesOf(segment, width), offset);
    offset += segment.count * width;
  }
  return bytes;
}
