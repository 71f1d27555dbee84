/**
 * Tables in a DuckDB in memory, as an audit reads them: just enough of a lakehouse to run the SQL of checks for real.
 *
 * @module
 */
import { type DuckDBConnection, DuckDBInstance, type DuckDBResultReader, DuckDBTypeId } from "@duckdb/node-api";
import { Bool, type DataType, Field, Float32, Float64, Int32, Int64, makeData, RecordBatch, Schema, Struct, Table, Utf8, vectorFromArray } from "apache-arrow";
import {
  type Column,
  parseTableName,
  type QueryOptions,
  type ReadableLakehouse,
  type ScanRequest,
  type TableDetail,
  type TableName,
  TerminalError,
} from "@wap/core";

/** The rows of a table: those there before, and those a run added. */
export interface TableRows {
  /** A SELECT; it decides the columns. */
  before: string;
  /** A SELECT with the same columns; none by default. */
  added?: string;
}

const ICEBERG_TYPE: Record<string, string> = {
  BIGINT: "long",
  BLOB: "binary",
  INTEGER: "int",
  "TIMESTAMP WITH TIME ZONE": "timestamptz",
  VARCHAR: "string",
  "INTEGER[]": "list<int>",
};

const ARROW_TYPE: Partial<Record<DuckDBTypeId, DataType>> = {
  [DuckDBTypeId.BOOLEAN]: new Bool(),
  [DuckDBTypeId.INTEGER]: new Int32(),
  [DuckDBTypeId.BIGINT]: new Int64(),
  [DuckDBTypeId.FLOAT]: new Float32(),
  [DuckDBTypeId.DOUBLE]: new Float64(),
};

/** Tables in a DuckDB in memory. */
export class DuckDBTables implements ReadableLakehouse, Disposable {
  /** Every SQL text that was run, in order. */
  readonly statements: string[] = [];
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** Opens a database with some tables, by `namespace.table`. */
  static async open(tables: Record<string, TableRows>): Promise<DuckDBTables> {
    const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
    const lakehouse = new DuckDBTables(await instance.connect());
    for (const [name, { before, added = `select * from (${before}) limit 0` }] of Object.entries(tables)) {
      const { namespace, name: table } = parseTableName(name);
      await lakehouse.#connection.run(`create schema if not exists "${namespace}"`);
      await lakehouse.#connection.run(`create table "${namespace}"."${table}__added" as ${added}`);
      await lakehouse.#connection.run(`create table "${namespace}"."${table}" as (${before}) union all from "${namespace}"."${table}__added"`);
    }
    return lakehouse;
  }

  async findTable(table: TableName): Promise<TableDetail | null> {
    const described = await this.#read(`describe "${table.namespace}"."${table.name}"`).catch(() => null);
    if (described === null) return null;
    const columns = described.getRowsJS().map(([name, type]): Column => ({
      name: String(name),
      type: ICEBERG_TYPE[String(type)] ?? String(type).toLowerCase().replace(",", ", "),
      required: false,
    }));
    return { ...table, records: 0, size: 0, columns, version: "1" };
  }

  async query(sql: string, { added = {}, signal }: QueryOptions): Promise<Table> {
    signal?.throwIfAborted();
    this.statements.push(sql);
    for (const [alias, { table }] of Object.entries(added)) {
      await this.#connection.run(`create or replace temp view "${alias}" as from "${table.namespace}"."${table.name}__added"`);
    }
    try {
      return toArrow(await this.#read(sql));
    } catch (error) {
      throw new TerminalError(`Cannot run query: ${(error as Error).message.split("\n")[0]}`, { cause: error });
    } finally {
      for (const alias of Object.keys(added)) await this.#connection.run(`drop view "${alias}"`);
    }
  }

  async *scan({ table, columns = ["*"], since, signal }: ScanRequest): AsyncGenerator<RecordBatch> {
    const relation = `"${table.namespace}"."${table.name}${since === undefined ? "" : "__added"}"`;
    const { batches } = await this.query(`select ${columns.map((column) => `"${column}"`).join(", ")} from ${relation}`, { ref: "main", signal });
    for (const batch of batches) {
      signal?.throwIfAborted();
      yield batch;
    }
  }

  [Symbol.dispose](): void {
    this.#connection.closeSync();
  }

  #read(sql: string): Promise<DuckDBResultReader> {
    return this.#connection.runAndReadAll(sql);
  }
}

/** Types without an entry are told as text. */
function toArrow(result: DuckDBResultReader): Table {
  const types = result.columnTypes().map(({ typeId }) => ARROW_TYPE[typeId] ?? new Utf8());
  const children = result.getColumns().map((values, index) => {
    const isText = types[index] instanceof Utf8;
    return vectorFromArray(values.map((value) => (isText && value !== null ? String(value) : value)), types[index]!).data[0]!;
  });
  const fields = result.deduplicatedColumnNames().map((name, index) => new Field(name, types[index]!, true));
  const length = result.currentRowCount;
  return new Table([new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length, nullCount: 0, children: length === 0 ? [] : children }))]);
}
