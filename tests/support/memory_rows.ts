/**
 * Rows kept as plain values, and a DuckDB that sees nothing but the rows it is given.
 *
 * @module
 */
import { type DuckDBConnection, DuckDBDataChunk, DuckDBInstance, type DuckDBResult, type DuckDBType, type DuckDBValue } from "@duckdb/node-api";
import { TerminalError } from "@wap/core";
import { quoteName, quoteText, type Session, toSqlError } from "@wap/lakehouse/parts";

/** Rows that never change, column by column. */
export interface Rows {
  /** The columns' names. */
  names: readonly string[];
  /** Their types. */
  types: readonly DuckDBType[];
  /** Their values. */
  columns: readonly DuckDBValue[][];
  /** How many rows there are. */
  count: number;
}

/** A table of a {@linkcode Sandbox}: parts put together by the names of their columns. */
export interface Relation {
  /** What its name is qualified with, if anything. */
  namespace?: string;
  /** Its name. */
  name: string;
  /** Its rows. */
  parts: readonly Rows[];
}

const CHUNK_ROWS = 2048;
const INTERRUPT_EVERY_MS = 20;

/** Reads all rows of a result. */
export async function collectRows(session: Pick<Session, "wait">, result: DuckDBResult): Promise<Rows> {
  const columns: DuckDBValue[][] = result.columnNames().map(() => []);
  let count = 0;
  for (let chunk = await session.wait(() => result.fetchChunk()); chunk?.rowCount; chunk = await session.wait(() => result.fetchChunk())) {
    count += chunk.rowCount;
    for (const [index, values] of columns.entries()) values.push(...chunk.getColumnValues(index));
  }
  return { names: result.deduplicatedColumnNames(), types: result.columnTypes(), columns, count };
}

/** A DuckDB in memory that reads its own tables and nothing else, for one query. */
export class Sandbox implements Disposable {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #signal: AbortSignal | undefined;

  private constructor(instance: DuckDBInstance, { connection, signal }: { connection: DuckDBConnection; signal: AbortSignal | undefined }) {
    this.#instance = instance;
    this.#connection = connection;
    this.#signal = signal;
  }

  /** Opens a DuckDB with some tables; the signal stops everything that is waited for. */
  static async open(relations: readonly Relation[], signal?: AbortSignal): Promise<Sandbox> {
    signal?.throwIfAborted();
    const instance = await DuckDBInstance.create(":memory:");
    const sandbox = new Sandbox(instance, { connection: await instance.connect(), signal });
    await sandbox.#run("SET TimeZone = 'UTC'");
    for (const relation of relations) await sandbox.#createTable(relation);
    await sandbox.#run("SET enable_external_access = false");
    await sandbox.#run("SET lock_configuration = true");
    return sandbox;
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  /** Runs one SELECT. @throws {TerminalError} If it is something else, or wrong. */
  async select(sql: string): Promise<DuckDBResult> {
    try {
      const reader = await this.#connection.runAndReadAll(`SELECT json_serialize_sql(${quoteText(sql)})`);
      const { error, error_message, statements } = JSON.parse(String(reader.getRows()[0]![0]));
      if (error) throw new TerminalError(`Cannot run the SQL: ${error_message}`);
      if (statements.length !== 1) throw new TerminalError(`Cannot run the SQL: it has ${statements.length} statements`);
      return await this.wait(() => this.#connection.stream(sql));
    } catch (error) {
      throw toSqlError(error, this.#signal);
    }
  }

  /** Waits for work, and stops it with the signal's reason when the signal is aborted. */
  async wait<T>(work: () => Promise<T>): Promise<T> {
    this.#signal?.throwIfAborted();
    // Repeated, because an interruption that arrives before DuckDB has begun is lost.
    const timer = setInterval(() => this.#signal?.aborted && this.#connection.interrupt(), INTERRUPT_EVERY_MS);
    try {
      return await work();
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw error;
    } finally {
      clearInterval(timer);
    }
  }

  async #createTable({ namespace = "main", name, parts }: Relation): Promise<void> {
    await this.#run(`CREATE SCHEMA IF NOT EXISTS ${quoteName(namespace)}`);
    for (const [index, part] of parts.entries()) await this.#load(`part_${index}`, part);
    await this.#run(
      `CREATE TABLE ${quoteName(namespace)}.${quoteName(name)} AS ${parts.map((_, index) => `SELECT * FROM part_${index}`).join(" UNION ALL BY NAME ")}`,
    );
    for (const index of parts.keys()) await this.#run(`DROP TABLE part_${index}`);
  }

  async #load(table: string, { names, types, columns, count }: Rows): Promise<void> {
    await this.#run(`CREATE TABLE ${table} (${names.map((name, index) => `${quoteName(name)} ${types[index]}`).join(", ")})`);
    const appender = await this.#connection.createAppender(table);
    for (let from = 0; from < count; from += CHUNK_ROWS) {
      const chunk = DuckDBDataChunk.create(types, Math.min(CHUNK_ROWS, count - from));
      chunk.setColumns(columns.map((values) => values.slice(from, from + CHUNK_ROWS)));
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }

  async #run(sql: string): Promise<void> {
    await this.wait(() => this.#connection.run(sql));
  }
}
