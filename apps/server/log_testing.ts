/**
 * A log that tests can read, and wait for.
 *
 * @module
 */
import type { Log, LogEntry } from "./log.ts";

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

  /** The first entry that fits, now or as soon as there is one. */
  async find(fits: (entry: LogEntry) => boolean): Promise<LogEntry> {
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
