import { assertEquals } from "@std/assert";
import { Backoff } from "./backoff.ts";

Deno.test("Backoff waits twice as long after every failure, at most five minutes", () => {
  const backoff = new Backoff();
  const delays = Array.from({ length: 8 }, () => backoff.note("a", 0));
  assertEquals(delays, [5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
});

Deno.test("Backoff.isDue() holds back what failed, and nothing else", () => {
  const backoff = new Backoff();
  backoff.note("a", 1_000);
  assertEquals([backoff.isDue("a", 5_999), backoff.isDue("a", 6_000), backoff.isDue("b", 1_000)], [false, true, true]);
});

Deno.test("Backoff.forget() begins anew", () => {
  const backoff = new Backoff();
  backoff.note("a", 0);
  backoff.forget("a");
  assertEquals([backoff.isDue("a", 0), backoff.note("a", 0)], [true, 5_000]);
});
