import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { copyBits, countClear, isSet, setBit } from "./bits.ts";

function toBitmap(bits: readonly boolean[]): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) if (bit) setBit(bitmap, index);
  return bitmap;
}

const BITS = fc.array(fc.boolean(), { maxLength: 70 });

Deno.test("copyBits() copies any run of bits to any place, and nothing around it", () => {
  fc.assert(fc.property(BITS, fc.nat(20), fc.nat(20), (bits, skipped, to) => {
    const from = Math.min(skipped, bits.length);
    const target = new Uint8Array(16);
    copyBits(target, { source: toBitmap(bits), from, to, count: bits.length - from });
    const expected = new Uint8Array(16);
    expected.set(toBitmap([...Array(to).fill(false), ...bits.slice(from)]));
    assertEquals(target, expected);
  }));
});

Deno.test("copyBits() sets every bit where the source is null", () => {
  fc.assert(fc.property(fc.nat(20), fc.nat(70), (to, count) => {
    const target = new Uint8Array(16);
    copyBits(target, { source: null, from: 0, to, count });
    assertEquals(Array.from({ length: 128 }, (_, index) => isSet(target, index)), Array.from({ length: 128 }, (_, index) => index >= to && index < to + count));
  }));
});

Deno.test("countClear() counts the clear bits among the first", () => {
  fc.assert(fc.property(BITS, (bits) => {
    assertEquals(countClear(Uint8Array.from([...toBitmap(bits), 255]), bits.length), bits.filter((bit) => !bit).length);
  }));
});
