/**
 * Waiting, and giving up waiting.
 *
 * @module
 */

/**
 * Waits until a point in time, or until a signal is aborted; neither is an error.
 *
 * @param at Milliseconds since 1970.
 * @param options `now` is the clock; any of the `signals` ends the wait.
 */
export async function waitUntil(at: number, options: { now: () => Date; signals: (AbortSignal | undefined)[] }): Promise<void> {
  const delay = at - options.now().getTime();
  const signal = AbortSignal.any(options.signals.filter((one) => one !== undefined));
  if (delay <= 0 || signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, delay);
  const stop = () => resolve();
  signal.addEventListener("abort", stop);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
}

/**
 * Waits for work, but no longer than until a signal is aborted: work that ignores the signal is left to itself.
 *
 * @param work The work.
 * @param signal Ends the wait.
 * @param options `graceMs` is the time that the work has to stop by itself once the signal is aborted.
 * @throws The signal's reason, or what the work throws.
 */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal, { graceMs = 0 }: { graceMs?: number } = {}): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => timer = setTimeout(() => reject(signal.reason), graceMs);
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

/** A signal that is aborted after a time; dispose of it when the work is done. */
export class TimeLimit implements Disposable {
  readonly #abort = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;

  /** Starts the clock: after `milliseconds` the signal is aborted with what `reason` gives. */
  constructor(milliseconds: number, reason: () => Error) {
    // A timer counts at most 2^31 - 1 ms; a longer limit is as good as none.
    this.#timer = setTimeout(() => this.#abort.abort(reason()), Math.min(milliseconds, 2 ** 31 - 1));
  }

  /** Aborted when the time is over. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Stops the clock. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
