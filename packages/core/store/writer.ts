/**
 * The one way to write to the store: what many runs want to store at once goes into one transaction (group commit).
 *
 * @module
 */
import { setImmediate } from "node:timers";
import type { SqliteDatabase } from "../sqlite.ts";

interface Pending {
  work: () => unknown;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

/**
 * Batches writes that were asked for in the same turn of the event loop into one `BEGIN IMMEDIATE` transaction. A promise resolves only after the
 * commit, so whoever awaits it may act on what was stored. A write that throws takes back its own changes and nobody else's: the batch is then stored again,
 * each write in a transaction of its own, so a write may be run twice.
 */
export class Writer {
  readonly #transact: (work: () => void) => void;
  #queue: Pending[] = [];

  /** Writes to `database`; `explaining` runs a transaction and says in words what SQLite objects to. */
  constructor(database: SqliteDatabase, { explaining }: { explaining: (work: () => void) => void }) {
    const { immediate } = database.transaction((work: () => void) => work());
    this.#transact = (work) => explaining(() => immediate(work));
  }

  /** Runs `work` inside the next transaction; resolves with its value once that is committed. */
  write<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ work, resolve: resolve as Pending["resolve"], reject });
      if (this.#queue.length === 1) setImmediate(() => this.flush());
    });
  }

  /** Commits what is queued now. */
  flush(): void {
    const batch = this.#queue;
    this.#queue = [];
    if (batch.length > 0) this.#commit(batch);
  }

  #commit(batch: Pending[]): void {
    const values: unknown[] = [];
    let begun = 0;
    try {
      this.#transact(() => {
        for (const { work } of batch) {
          begun++;
          values.push(work());
        }
      });
    } catch (error) {
      // Where no write was under way, the transaction itself failed: none of its writes would fare better alone.
      const oneIsAtFault = begun > values.length;
      if (oneIsAtFault && batch.length > 1) { for (const pending of batch) this.#commit([pending]); }
      else for (const { reject } of batch) reject(error);
      return;
    }
    for (const [at, { resolve }] of batch.entries()) resolve(values[at]);
  }
}
