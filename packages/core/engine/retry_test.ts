import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { OutcomeUnknownError, RetryableError, TerminalError, UsageError } from "../errors.ts";
import type { RetryPolicy } from "../flow.ts";
import { isRetryable, nextDelay } from "./retry.ts";

const policies: fc.Arbitrary<RetryPolicy> = fc.record({
  attempts: fc.integer({ min: 1, max: 20 }),
  initialMs: fc.integer({ min: 1, max: 10_000 }),
  maxMs: fc.integer({ min: 1, max: 600_000 }),
});
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

Deno.test("nextDelay() lets a step be tried as often as the policy says", () => {
  fc.assert(fc.property(policies, randoms, (policy, random) => {
    let tries = 1;
    while (nextDelay(policy, tries, { random: () => random }) !== null) tries++;
    assertEquals(tries, policy.attempts);
  }));
});

Deno.test("nextDelay() never exceeds the bound that doubles from try to try, nor the maximum", () => {
  fc.assert(fc.property(policies, randoms, fc.nat(19), (policy, random, more) => {
    const failed = more + 1;
    const delay = nextDelay(policy, failed, { random: () => random });
    if (delay === null) return;
    assert(delay >= 0 && delay <= policy.maxMs && delay <= policy.initialMs * 2 ** (failed - 1));
  }));
});

Deno.test("nextDelay() waits at least as long as the other side asked for", () => {
  assertEquals(nextDelay({ attempts: 3, initialMs: 100, maxMs: 1000 }, 1, { random: () => 0.5, retryAfterMs: 5000 }), 5000);
  assertEquals(nextDelay({ attempts: 3, initialMs: 100, maxMs: 1000 }, 2, { random: () => 0.5, retryAfterMs: 10 }), 100);
});

Deno.test("isRetryable() tries again what may pass, and what the flow's own code throws without calling it terminal", () => {
  const errors = [new RetryableError("r"), new OutcomeUnknownError("o"), new TerminalError("t"), new UsageError("u"), new TypeError("x")];
  assertEquals(errors.map((error) => isRetryable(error, { ownCode: false })), [true, true, false, false, false]);
  assertEquals(errors.map((error) => isRetryable(error, { ownCode: true })), [true, true, false, false, true]);
});
