/**
 * Bitmaps as DuckDB and Arrow keep them: one bit a row, the lowest bit first.
 *
 * @module
 */

/** Where bits are copied from and to. */
export interface BitCopy {
  /** The bitmap to read; null when all its bits are set. */
  source: Uint8Array | null;
  /** The first bit to read. */
  from: number;
  /** The first bit to write. */
  to: number;
  /** How many. */
  count: number;
}

/** Copies bits into a bitmap whose bits are all clear where they go. */
export function copyBits(target: Uint8Array, { source, from, to, count }: BitCopy): void {
  const whole = (from | to) % 8 === 0 ? count >> 3 : 0;
  if (source === null) target.fill(0xff, to >> 3, (to >> 3) + whole);
  else target.set(source.subarray(from >> 3, (from >> 3) + whole), to >> 3);
  for (let bit = whole * 8; bit < count; bit++) {
    if (source === null || isSet(source, from + bit)) setBit(target, to + bit);
  }
}

/** Whether a bit is set. */
export function isSet(bits: Uint8Array, index: number): boolean {
  return (bits[index >> 3]! >> (index & 7) & 1) === 1;
}

/** Sets a bit. */
export function setBit(bits: Uint8Array, index: number): void {
  bits[index >> 3]! |= 1 << (index & 7);
}

/** How many of a bitmap's first bits are clear. */
export function countClear(bits: Uint8Array, count: number): number {
  let set = 0;
  for (let index = 0; index < count >> 3; index++) set += ONES[bits[index]!]!;
  for (let bit = count & ~7; bit < count; bit++) set += Number(isSet(bits, bit));
  return count - set;
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll("0", "").length);
