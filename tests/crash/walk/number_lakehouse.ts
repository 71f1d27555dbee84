/**
 * A lakehouse in memory whose tables are lists of numbers: everything that a run asks of the port at a hundredth of the cost, for walks of many runs.
 *
 * Its files hold one number a line. SQL is run by one DuckDB that all of them share, one query after the other.
 *
 * @module
 */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import {
  type Column,
  type CommitInfo,
  digestOf,
  formatTableName,
  type ImportPlan,
  type ImportReport,
  type ImportRequest,
  type Lakehouse,
  NotFoundError,
  parseTableName,
  type PlannedFile,
  type QueryOptions,
  type ScanRequest,
  sha256,
  type TableChange,
  type TableDetail,
  type TableInfo,
  type TableName,
} from "@wap/core";
import { quoteName, toArrowTable } from "@wap/lakehouse/parts";
import type { RecordBatch, Table } from "apache-arrow";
import { HistoryLakehouse } from "../../support/history_lakehouse.ts";
import type { Version } from "../../support/memory_history.ts";

/** A state of a table: the numbers of each import, and the files they came from. */
interface Numbers extends Version {
  parts: readonly (readonly number[])[];
  files: ReadonlyMap<string, string>;
}

const COLUMNS: Column[] = [{ name: "id", type: "long", required: false }];
const BYTES_PER_NUMBER = 8;

/** Lists of numbers in memory. */
export class NumberLakehouse extends HistoryLakehouse<Numbers> implements Lakehouse {
  readonly #connection: DuckDBConnection;

  /** Makes an empty lakehouse. */
  constructor(engine: NumberEngine) {
    super();
    this.#connection = engine.connection;
  }

  /** There is nothing to close. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  /** The numbers of a table, or null where there is no such table. */
  read(table: TableName, ref: string): number[] | null {
    return this.history.tables(ref).get(formatTableName(table))?.parts.flat() ?? null;
  }

  diff(from: string, to: string): Promise<TableChange[]> {
    return Promise.try(() =>
      this.history.diff(from, to).map(({ table, before, after }) => {
        if (before === undefined || after === undefined) return { table, kind: before === undefined ? "created" : "dropped", schemaChanged: true };
        return { table, kind: before.parts.every((part) => after.parts.includes(part)) ? "appended" : "rewritten", schemaChanged: false };
      })
    );
  }

  listTables(ref: string): Promise<TableInfo[]> {
    return Promise.try(() => [...this.history.tables(ref)].map(([name, numbers]) => ({ ...parseTableName(name), ...measure(numbers) })));
  }

  findTable(table: TableName, { ref }: { ref: string }): Promise<TableDetail | null> {
    return Promise.try(() => {
      const found = this.history.tables(ref).get(formatTableName(table));
      return found === undefined ? null : { ...table, ...measure(found), columns: COLUMNS, version: found.version };
    });
  }

  planImport(request: ImportRequest, { ref }: { ref: string }): Promise<ImportPlan> {
    return Promise.try(() => {
      const known = this.history.tables(ref).get(formatTableName(request.table))?.files;
      const files = request.from.map((uri): PlannedFile => {
        const text = Deno.readTextFileSync(uri);
        const isKnown = request.mode === "append" && known?.has(uri) === true;
        return { uri, size: text.length, fingerprint: sha256(text), format: "csv", status: isKnown ? "imported" : "new" };
      });
      return { request, files, columns: COLUMNS, addedColumns: [] };
    });
  }

  applyImport({ request, files }: ImportPlan, options: CommitInfo & { branch: string }): Promise<ImportReport> {
    return Promise.try(() => {
      const table = formatTableName(request.table);
      const known = request.mode === "append" ? this.history.tables(options.branch).get(table)?.files : undefined;
      const news = files.filter((file) => file.status === "new" && !known?.has(file.uri));
      const counts = { filesImported: news.length, filesSkipped: files.length - news.length, bytesImported: 0 };
      if (news.length === 0) return { ...counts, commit: this.history.resolve(options.branch), rowsImported: 0 };
      const parts = news.map(({ uri }) => Deno.readTextFileSync(uri).trim().split("\n").map(Number));
      const added = news.map((file) => [file.uri, file.fingerprint] as const);
      const commit = this.history.commit(options.branch, options, {
        table,
        change: (now) => {
          const before = request.mode === "append" ? now : undefined;
          return withVersion({ parts: [...before?.parts ?? [], ...parts], files: new Map([...before?.files ?? [], ...added]) });
        },
      });
      return { ...counts, commit, rowsImported: parts.flat().length };
    });
  }

  async materialize(options: CommitInfo & { branch: string; table: TableName; sql: string }): Promise<{ commit: string; records: number }> {
    const rows = await this.query(options.sql, { ref: options.branch });
    const part = Array.from(rows.getChildAt(0)!, Number);
    const change = (now?: Numbers) => withVersion({ parts: [part], files: now?.files ?? new Map() });
    return { commit: this.history.commit(options.branch, options, { table: formatTableName(options.table), change }), records: part.length };
  }

  async query(sql: string, { ref, added = {} }: QueryOptions): Promise<Table> {
    for (const [name, numbers] of this.history.tables(ref)) {
      const { namespace, name: table } = parseTableName(name);
      await this.#connection.run(`CREATE SCHEMA IF NOT EXISTS ${quoteName(namespace)}`);
      await this.#load(`${quoteName(namespace)}.${quoteName(table)}`, numbers.parts.flat());
    }
    for (const [name, { table, since }] of Object.entries(added)) await this.#load(quoteName(name), this.#gained(table, { ref, since }));
    return await toArrowTable({ wait: (work) => work() }, await this.#connection.stream(sql));
  }

  async *scan({ table, ref, since }: ScanRequest): AsyncGenerator<RecordBatch> {
    await this.#load("scanned", this.#gained(table, { ref, since }));
    const rows = await toArrowTable({ wait: (work) => work() }, await this.#connection.stream("SELECT * FROM scanned"));
    yield* rows.batches;
  }

  /** The numbers that a table has at a ref and had not at a commit. */
  #gained(table: TableName, { ref, since }: { ref: string; since?: string }): number[] {
    const name = formatTableName(table);
    const found = this.history.tables(ref).get(name);
    if (found === undefined) throw new NotFoundError(`Cannot find table "${name}" at "${ref}": there is none`);
    const earlier = since === undefined ? [] : this.history.tables(since).get(name)?.parts ?? [];
    return found.parts.filter((part) => !earlier.includes(part)).flat();
  }

  async #load(relation: string, numbers: number[]): Promise<void> {
    await this.#connection.run(`CREATE OR REPLACE TABLE ${relation} AS SELECT unnest([${numbers.join()}]::BIGINT[]) AS id`);
  }
}

/** The DuckDB that answers SQL. */
export class NumberEngine implements Disposable {
  /** Runs one statement at a time. */
  readonly connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.connection = connection;
  }

  /** Starts it. */
  static async start(): Promise<NumberEngine> {
    const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
    return new NumberEngine(instance, await instance.connect());
  }

  /** Stops it. */
  [Symbol.dispose](): void {
    this.connection.closeSync();
    this.#instance.closeSync();
  }
}

function measure({ parts }: Numbers): { records: number; size: number } {
  const records = parts.reduce((sum, part) => sum + part.length, 0);
  return { records, size: records * BYTES_PER_NUMBER };
}

function withVersion(numbers: Omit<Numbers, "version">): Numbers {
  return { ...numbers, version: digestOf({ parts: numbers.parts, once: crypto.randomUUID() }) };
}
