/**
 * Results of DuckDB as Arrow record batches and tables.
 *
 * @module
 */
import type { DuckDBDataChunk, DuckDBResult } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { makeData, RecordBatch, type Schema, Struct, Table } from "apache-arrow";
import { toArrowData } from "./arrow_data.ts";
import { toArrowSchema } from "./arrow_types.ts";
import type { ResultColumn, Session } from "./session.ts";

/** Rows that make a batch: enough to spread its cost, few enough to stay in the processor's cache. */
const BATCH_ROWS = 65_536;

/**
 * Reads a result as Arrow record batches, each made when it is asked for.
 *
 * @param session The session that the result is of.
 * @param result A result nothing was fetched of.
 * @returns The batches; at least one, which may be without rows.
 */
export async function* toRecordBatches(session: Pick<Session, "wait">, result: DuckDBResult): AsyncGenerator<RecordBatch> {
  const columns = columnsOf(result);
  const schema = toArrowSchema(columns);
  let chunks: DuckDBDataChunk[] = [];
  let isFirst = true;
  for (let rows = 0;;) {
    const chunk = await session.wait(() => result.fetchChunk());
    const isLast = chunk === null || chunk.rowCount === 0;
    if (!isLast) {
      chunks.push(chunk);
      rows += chunk.rowCount;
    }
    if (rows >= BATCH_ROWS || (isLast && (rows > 0 || isFirst))) {
      yield toRecordBatch(schema, { columns, chunks });
      [chunks, rows, isFirst] = [[], 0, false];
    }
    if (isLast) return;
  }
}

/**
 * Reads a whole result as an Arrow table.
 *
 * @param session The session that the result is of.
 * @param result A result nothing was fetched of.
 * @returns The table; its schema is there even without rows.
 */
export async function toArrowTable(session: Pick<Session, "wait">, result: DuckDBResult): Promise<Table> {
  const batches = await Array.fromAsync(toRecordBatches(session, result));
  return new Table(batches);
}

function columnsOf(result: DuckDBResult): ResultColumn[] {
  const types = result.columnTypes();
  return result.deduplicatedColumnNames().map((name, index) => ({ name, type: types[index]! }));
}

function toRecordBatch(schema: Schema, { columns, chunks }: { columns: readonly ResultColumn[]; chunks: readonly DuckDBDataChunk[] }): RecordBatch {
  const length = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
  const children = columns.map(({ type }, index) =>
    toArrowData(type, chunks.map(({ chunk, rowCount }) => ({ vector: duckdb.data_chunk_get_vector(chunk, index), start: 0, count: rowCount })))
  );
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }));
}
