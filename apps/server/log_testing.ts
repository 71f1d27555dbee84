/**
 * A log that tests can read, and wait for.
 *
 * @module
 */
import type { Log, LogEntry } from "./log.ts";

/** Longer than anything takes that a test waits for; a test that waits longer has failed. */
const PATIENCE_MS = 30_000;

/** Keeps entries. */
export class LogBook {
  /** What was logged so far. */
  readonly entries: LogEntry[] = [];
  readonly #watchers = new Set<() => void>();

  /** Takes an entry. */
  readonly add: Log = (entry) => {
    this.entries.push(entry);
    for (const watcher of [...this.#watchers]) watcher();
  };

  /** The first entry that fits, now or as soon as there is one. @throws {Error} With what was logged, if there is none for long. */
  async find(fits: (entry: LogEntry) => boolean): Promise<LogEntry> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new Error(`Cannot find the entry: nothing that was logged fits:\n${this.entries.map((entry) => JSON.stringify(entry)).join("\n")}`)),
      PATIENCE_MS,
    );
    try {
      return await Promise.race([this.#wait(fits), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #wait(fits: (entry: LogEntry) => boolean): Promise<LogEntry> {
    for (;;) {
      const entry = this.entries.find(fits);
      if (entry) return entry;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#watchers.add(resolve);
      await promise;
      this.#watchers.delete(resolve);
    }
  }
}
