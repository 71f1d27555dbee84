/**
 * When a failed step is tried again: exponential backoff with full jitter, unless the other side said when.
 *
 * Full jitter (a delay drawn evenly from zero to the bound) spreads out those who failed together; see "Exponential Backoff And Jitter", AWS Architecture Blog.
 *
 * @module
 */
import { OutcomeUnknownError, RetryableError, WapError } from "../errors.ts";
import type { RetryPolicy } from "../flow.ts";

/** Steps in code are tried so often unless they or the flow say otherwise: most of their faults are not passing ones. */
export const STEP_ATTEMPTS = 3;

/**
 * The delay before the next try.
 *
 * @param policy The policy.
 * @param failed Which try failed, from 1.
 * @param options `random` gives a number from 0 up to 1; `retryAfterMs` is what the other side asked for, and is waited at least.
 * @returns Milliseconds, or null when no try is left.
 */
export function nextDelay(policy: RetryPolicy, failed: number, options: { random: () => number; retryAfterMs?: number }): number | null {
  if (failed >= policy.attempts) return null;
  const bound = Math.min(policy.maxMs, policy.initialMs * 2 ** (failed - 1));
  return Math.max(options.retryAfterMs ?? 0, Math.floor(options.random() * bound));
}

/**
 * Whether trying again may help.
 *
 * @param error What was thrown.
 * @param options `ownCode` says that the flow's own code threw it: what it does not call terminal may pass.
 */
export function isRetryable(error: unknown, options: { ownCode: boolean }): boolean {
  if (error instanceof WapError) return error instanceof RetryableError || error instanceof OutcomeUnknownError;
  return options.ownCode;
}
