import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { formatDuration, parseDuration } from "./duration.ts";
import { UsageError } from "./errors.ts";

Deno.test("parseDuration() reads each unit", () => {
  assertEquals(["500ms", "30s", "10m", "2h", "7d", " 1.5 h "].map(parseDuration), [500, 30_000, 600_000, 7_200_000, 604_800_000, 5_400_000]);
});

Deno.test("parseDuration() refuses what is no span of time", () => {
  for (const text of ["", "10", "s", "-1s", "0s", "1e3s", "5 weeks", "1h30m", "400d", "NaNs"]) {
    assertThrows(() => parseDuration(text), UsageError, JSON.stringify(text));
  }
});

Deno.test("formatDuration() writes what parseDuration() reads back", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 366 * 86_400_000 }), (milliseconds) => {
    assertEquals(parseDuration(formatDuration(milliseconds)), milliseconds);
  }));
});

Deno.test("formatDuration() prefers the larger unit while the number stays short", () => {
  assertEquals([500, 30_000, 90_000, 5_400_000, 604_800_000, 1_234].map(formatDuration), ["500ms", "30s", "1.5m", "1.5h", "7d", "1234ms"]);
});
