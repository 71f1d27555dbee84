import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { exceedsPercent, plainDecimal } from "./decimal.ts";

Deno.test("plainDecimal() writes numbers without an exponent", () => {
  assertEquals([0, 1, -2.5, 1e-7, -1.25e-9, 1e21, 1.5e22, 123456789.125].map(plainDecimal), [
    "0",
    "1",
    "-2.5",
    "0.0000001",
    "-0.00000000125",
    "1000000000000000000000",
    "15000000000000000000000",
    "123456789.125",
  ]);
});

Deno.test("plainDecimal() writes digits that read back as the same number", () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0), (value) => {
    const digits = plainDecimal(value);
    assertEquals(/^-?\d+(\.\d+)?$/.test(digits), true, digits);
    assertEquals(Number(digits), value);
  }));
});

Deno.test("exceedsPercent() is exact at the boundary, where floating point is not", () => {
  assertEquals(exceedsPercent(1675, { of: 10_000, percent: 16.75 }), false);
  assertEquals(exceedsPercent(1676, { of: 10_000, percent: 16.75 }), true);
  // 7 / 100 * 100 is 7.000000000000001 in floating point.
  assertEquals(exceedsPercent(7, { of: 100, percent: 7 }), false);
  assertEquals(exceedsPercent(1, { of: 1_000_000_000, percent: 1e-7 }), false);
  assertEquals(exceedsPercent(2, { of: 1_000_000_000, percent: 1e-7 }), true);
});

Deno.test("exceedsPercent() exceeds nothing when nothing was counted", () => {
  assertEquals(exceedsPercent(0, { of: 0, percent: 0 }), false);
  assertEquals(exceedsPercent(0, { of: 5, percent: 0 }), false);
});

Deno.test("exceedsPercent() agrees with the comparison of fractions", () => {
  const whole = fc.integer({ min: 1, max: 1_000_000 });
  fc.assert(fc.property(fc.nat({ max: 1_000_000 }), whole, fc.nat({ max: 10_000 }), (part, of, hundredths) => {
    const expected = BigInt(part) * 10_000n > BigInt(hundredths) * BigInt(of);
    assertEquals(exceedsPercent(part, { of, percent: hundredths / 100 }), expected);
  }));
});
