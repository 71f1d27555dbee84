import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { isoDate, isoTime, isoTimestamp } from "./iso_time.ts";

Deno.test("isoDate() agrees with Date on every day that Date can hold", () => {
  fc.assert(
    fc.property(fc.integer({ min: -100_000_000, max: 100_000_000 }), (days) => {
      assertEquals(isoDate(days), new Date(days * 86_400_000).toISOString().split("T")[0]);
    }),
    { numRuns: 2000, examples: [[0], [-1], [-719_468], [-719_162], [11_016], [-100_000_000], [100_000_000]] },
  );
});

Deno.test("isoDate() writes days beyond Date", () => {
  // The last day of DuckDB's type DATE.
  assertEquals(isoDate(2_147_483_646), "+5881580-07-10");
});

Deno.test("isoTime() writes as many groups of decimals as it takes", () => {
  assertEquals(isoTime(86_399n, 0), "23:59:59");
  assertEquals(isoTime(0n, 6), "00:00:00");
  assertEquals(isoTime(1_500_000n, 6), "00:00:01.500");
  assertEquals(isoTime(1_000_001n, 6), "00:00:01.000001");
  assertEquals(isoTime(1_000_000_001n, 9), "00:00:01.000000001");
  assertEquals(isoTime(120_000n, 6), "00:00:00.120");
});

Deno.test("isoTimestamp() keeps microseconds that a floating-point number of milliseconds would round", () => {
  assertEquals(isoTimestamp(253_402_300_799_999_999n, 6), "9999-12-31T23:59:59.999999");
  assertEquals(isoTimestamp(-1n, 6), "1969-12-31T23:59:59.999999");
  assertEquals(isoTimestamp(0n, 0), "1970-01-01T00:00:00");
});

Deno.test("isoTimestamp() agrees with Date to the millisecond", () => {
  fc.assert(fc.property(fc.date({ noInvalidDate: true }), (date) => {
    assertEquals(isoTimestamp(BigInt(date.getTime()), 3), date.toISOString().replace("Z", "").replace(/\.000$/, ""));
  }));
});
