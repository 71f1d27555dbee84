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
 * commit, so whoever awaits it may act on what was stored. A write that throws takes back its own changes and nobody else's.
 */
export class Writer {
  readonly #database: SqliteDatabase;
  readonly #explaining: (work: () => void) => void;
  #queue: Pending[] = [];

  /** Writes to `database`; `explaining` runs a transaction and says in words what SQLite objects to. */
  constructor(database: SqliteDatabase, options: { explaining: (work: () => void) => void }) {
    this.#database = database;
    this.#explaining = options.explaining;
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
    if (batch.length === 0) return;
    const settled: (() => void)[] = [];
    const single = batch.length === 1;
    try {
      const transaction = this.#database.transaction(() => {
        for (const pending of batch) settled.push(single ? this.#runAlone(pending) : this.#runInSavepoint(pending));
      });
      this.#explaining(() => transaction.immediate());
    } catch (error) {
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const settle of settled) settle();
  }

  #runAlone({ work, resolve }: Pending): () => void {
    const value = work();
    return () => resolve(value);
  }

  #runInSavepoint({ work, resolve, reject }: Pending): () => void {
    try {
      const value = this.#database.transaction(work)();
      return () => resolve(value);
    } catch (error) {
      if (!this.#database.inTransaction) throw error; // SQLite itself gave up the whole transaction (disk full, I/O error).
      return () => reject(error);
    }
  }
}
