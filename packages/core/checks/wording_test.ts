import { assertEquals } from "@std/assert";
import { countOf, countText, shareText } from "./wording.ts";

Deno.test("countText() sets thousands apart", () => {
  assertEquals([0, 999, 1000, 1675, 1234567].map(countText), ["0", "999", "1,000", "1,675", "1,234,567"]);
});

Deno.test("countOf() minds the plural", () => {
  assertEquals([0, 1, 2000].map((count) => countOf(count, "row")), ["0 rows", "1 row", "2,000 rows"]);
});

Deno.test("shareText() gives the share in percent, and never rounds it to nothing or to all", () => {
  assertEquals(shareText(1675, 10_000), "1,675 of 10,000 rows (16.75 %)");
  assertEquals(shareText(1, 3), "1 of 3 rows (33.33 %)");
  assertEquals(shareText(5, 100), "5 of 100 rows (5 %)");
  assertEquals(shareText(7, 7), "7 of 7 rows (100 %)");
  assertEquals(shareText(1, 100_000_000), "1 of 100,000,000 rows (less than 0.01 %)");
  assertEquals(shareText(99_999_999, 100_000_000), "99,999,999 of 100,000,000 rows (more than 99.99 %)");
  assertEquals(shareText(0, 10), "0 of 10 rows");
  assertEquals(shareText(0, 0), "0 of 0 rows");
});
