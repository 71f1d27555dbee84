/**
 * When to try something again that failed: later after every failure.
 *
 * @module
 */

const FIRST_MS = 5_000;
const LONGEST_MS = 300_000;

/** Remembers, by id, what failed how often. */
export class Backoff {
  readonly #failures = new Map<string, { count: number; dueAt: number }>();

  /** Whether it may be tried at `at`. */
  isDue(id: string, at: number): boolean {
    return (this.#failures.get(id)?.dueAt ?? 0) <= at;
  }

  /** Notes a failure at `at`; answers the milliseconds to wait. */
  note(id: string, at: number): number {
    const count = (this.#failures.get(id)?.count ?? 0) + 1;
    const delayMs = Math.min(FIRST_MS * 2 ** (count - 1), LONGEST_MS);
    this.#failures.set(id, { count, dueAt: at + delayMs });
    return delayMs;
  }

  /** Notes a success. */
  forget(id: string): void {
    this.#failures.delete(id);
  }
}
