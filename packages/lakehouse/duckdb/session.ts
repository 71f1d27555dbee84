/**
 * One in-memory DuckDB, opened for one piece of work and closed after it. This is the only module that opens one.
 *
 * @module
 */
import { type DuckDBConnection, DuckDBInstance, type DuckDBResult, type DuckDBType, type JS } from "@duckdb/node-api";
import { quoteText, quoteTexts } from "./sql.ts";

/** How often an interruption is repeated: one that arrives between two statements is lost. */
const INTERRUPT_EVERY_MS = 20;

const PROGRESS_EVERY_MS = 200;

const SETTINGS = {
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
  allow_community_extensions: "false",
};

/** What {@linkcode Session.open} needs. */
export interface SessionOptions {
  /** A folder for what does not fit into memory; made when needed. */
  tempDirectory: string;
  /** Whether rows may come in another order than they are in; that bounds the memory of writing many. @default {false} */
  anyOrder?: boolean;
  /** Stops whatever the session is doing. */
  signal?: AbortSignal;
}

/** How far a statement is. */
export interface StatementProgress {
  /** Rows read. */
  rows: number;
  /** Part of the work that is done, 0 to 1. */
  fraction: number;
}

/** A column of a result. */
export interface ResultColumn {
  /** Its name. */
  name: string;
  /** Its type. */
  type: DuckDBType;
}

/** One in-memory DuckDB with one connection. */
export class Session implements Disposable {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #signal: AbortSignal | undefined;

  private constructor(instance: DuckDBInstance, { connection, signal }: { connection: DuckDBConnection; signal: AbortSignal | undefined }) {
    this.#instance = instance;
    this.#connection = connection;
    this.#signal = signal;
  }

  /** Opens a DuckDB that has nothing in it, reckons in UTC and loads no extension. */
  static async open({ tempDirectory, anyOrder = false, signal }: SessionOptions): Promise<Session> {
    signal?.throwIfAborted();
    const settings = { ...SETTINGS, temp_directory: tempDirectory, preserve_insertion_order: String(!anyOrder) };
    const instance = await DuckDBInstance.create(":memory:", settings);
    const session = new Session(instance, { connection: await instance.connect(), signal });
    // Progress is asked for, never printed.
    await session.run("SET TimeZone = 'UTC'; SET enable_progress_bar = true; SET enable_progress_bar_print = false");
    return session;
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  /** Runs a statement of our own making for its effect. */
  async run(sql: string): Promise<void> {
    await this.wait(() => this.#connection.run(sql));
  }

  /** Runs a statement of our own making and reads all its rows. */
  async rows(sql: string): Promise<Record<string, JS>[]> {
    const reader = await this.wait(() => this.#connection.runAndReadAll(sql));
    return reader.getRowObjectsJS();
  }

  /** The columns that a query has, without running it. */
  async describe(sql: string): Promise<ResultColumn[]> {
    const prepared = await this.wait(() => this.#connection.prepare(sql));
    try {
      return Array.from({ length: prepared.columnCount }, (_, index) => ({ name: prepared.columnName(index), type: prepared.columnType(index) }));
    } finally {
      prepared.destroySync();
    }
  }

  /** Runs a query and hands out its chunks as they are made. */
  async stream(sql: string): Promise<DuckDBResult> {
    return await this.wait(() => this.#connection.stream(sql));
  }

  /** Runs a statement of our own making, saying a few times a second how far it is, and reads all its rows. */
  async rowsWithProgress(sql: string, onProgress: (progress: StatementProgress) => void): Promise<Record<string, JS>[]> {
    const timer = setInterval(() => {
      const { percentage, rows_processed } = this.#connection.progress;
      if (percentage >= 0) onProgress({ rows: Number(rows_processed), fraction: Math.min(percentage / 100, 1) });
    }, PROGRESS_EVERY_MS);
    try {
      return await this.rows(sql);
    } finally {
      clearInterval(timer);
    }
  }

  /**
   * Closes the session's doors: from now on it reads `paths` and what is in `directories`, no other file, no network, and no setting can be changed.
   * In `directories` it also writes.
   */
  async lock({ paths = [], directories = [] }: { paths?: Iterable<string>; directories?: Iterable<string> }): Promise<void> {
    await this.run(`SET allowed_paths = ${quoteTexts(paths)}`);
    await this.run(`SET allowed_directories = ${quoteTexts(directories)}`);
    await this.run("SET enable_external_access = false");
    await this.run("SET lock_configuration = true");
  }

  /** Waits for work of this session; interrupts it when the session's signal is aborted and rejects with the signal's reason. */
  async wait<T>(work: () => Promise<T>): Promise<T> {
    const signal = this.#signal;
    if (signal === undefined) return await work();
    signal.throwIfAborted();
    let timer: ReturnType<typeof setInterval> | undefined;
    const stop = () => {
      this.#connection.interrupt();
      timer = setInterval(() => this.#connection.interrupt(), INTERRUPT_EVERY_MS);
    };
    signal.addEventListener("abort", stop, { once: true });
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
      clearInterval(timer);
    }
  }
}

/** Quotes the text of one SELECT so that it can stand where a table stands, whatever it ends in. */
export function subquery(select: string): string {
  return `query(${quoteText(select)})`;
}
