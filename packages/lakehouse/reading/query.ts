/**
 * Running SELECTs over tables at a ref, and streaming tables.
 *
 * @module
 */
import { type QueryOptions, type ScanRequest, TerminalError } from "@wap/core";
import type { RecordBatch, Table } from "apache-arrow";
import { toArrowTable, toRecordBatches } from "../duckdb/arrow.ts";
import { Session } from "../duckdb/session.ts";
import type { Staging } from "../storage/staging.ts";
import { findColumn } from "../table/schema.ts";
import { bindTables } from "./binding.ts";
import { findNearNames } from "./near_names.ts";
import { toSqlError } from "./sql_error.ts";
import type { Relation, TableReader } from "./table_reader.ts";
import { selectTable } from "./table_sql.ts";

/** What reading needs of the lakehouse. */
export interface ReadContext {
  /** Where tables are found. */
  tables: TableReader;
  /** Where what does not fit into memory goes. */
  staging: Staging;
}

/**
 * Runs one SELECT. It sees the tables it names and nothing else: no file, no network, no setting.
 *
 * @param context Where tables are.
 * @param sql The SELECT.
 * @param options The ref, further relations, and the signal that stops it.
 * @returns The result.
 * @throws {TerminalError} If the SQL is wrong.
 */
export async function runQuery(context: ReadContext, sql: string, options: QueryOptions): Promise<Table> {
  const { ref, added, signal } = options;
  const commit = context.tables.resolve(ref);
  await using folder = await context.staging.open();
  using session = await Session.open({ tempDirectory: folder.path, signal });
  const paths = await bindTables(session, context.tables, { sql, commit, ref, added });
  await session.lock({ paths });
  try {
    return await toArrowTable(session, await session.stream(sql));
  } catch (error) {
    throw toSqlError(error, signal);
  }
}

/**
 * Streams a table's rows.
 *
 * @param context Where tables are.
 * @param request The table, the ref, the columns, and the signal that stops it.
 * @returns The batches, each read when it is asked for.
 * @throws {NotFoundError} If the table is not there.
 * @throws {TerminalError} If a column is not.
 */
export async function* scanTable(context: ReadContext, request: ScanRequest): AsyncGenerator<RecordBatch> {
  const { table, ref, since, columns, signal } = request;
  const relation = since === undefined ? context.tables.rows(table, ref) : context.tables.rowsSince(table, { ref, since });
  const fields = columns === undefined ? relation.fields : columns.map((name) => expectColumn(relation, name));
  await using folder = await context.staging.open();
  using session = await Session.open({ tempDirectory: folder.path, signal });
  yield* toRecordBatches(session, await session.stream(selectTable({ ...relation, fields })));
}

function expectColumn({ fields }: Relation, name: string): Relation["fields"][number] {
  const field = findColumn(fields, name);
  if (field !== undefined) return field;
  const near = findNearNames(name, fields.map((field) => field.name)).map((candidate) => `"${candidate}"`);
  throw new TerminalError(`Cannot read column "${name}": the table does not have it`, {
    code: "column_not_found",
    hint: near.length === 0 ? "Look at the table's columns" : `Perhaps ${near.join(" or ")} is meant`,
  });
}
