/**
 * Writing rows to Parquet files that carry the ids of a table's columns.
 *
 * @module
 */
import { fieldIdsOf, leafIdsOf } from "../duckdb/column_types.ts";
import type { Session, StatementProgress } from "../duckdb/session.ts";
import { quoteText } from "../duckdb/sql.ts";
import { columnsKey } from "../table/schema.ts";
import type { DataFile } from "../table/state.ts";
import type { Field } from "../table/types.ts";

/** Size that a data file does not go much beyond. */
const FILE_SIZE = "512MB";

/** A written file that is not part of a table yet. */
export interface WrittenFile extends Omit<DataFile, "path" | "sequence"> {
  /** Where it is. */
  path: string;
}

/** What {@linkcode writeParquet} needs. */
export interface WriteOptions {
  /** The rows: a SELECT whose columns have the names and types of `fields`, in order. */
  select: string;
  /** The columns. */
  fields: readonly Field[];
  /** An empty folder for the files. */
  folder: string;
  /** Told a few times a second how far it is. */
  onProgress?: (progress: StatementProgress) => void;
}

/**
 * Writes the rows of a SELECT to Parquet files. They are not durable yet.
 *
 * @param session The DuckDB that reads and writes.
 * @param options The rows, the columns and the folder.
 * @returns The files, none of them without rows.
 */
export async function writeParquet(session: Session, options: WriteOptions): Promise<WrittenFile[]> {
  const { select, fields, folder, onProgress = () => {} } = options;
  const settings = ["FORMAT parquet", "COMPRESSION zstd", `FIELD_IDS ${fieldIdsOf(fields)}`, `FILE_SIZE_BYTES '${FILE_SIZE}'`, "RETURN_STATS"];
  const rows = await session.rowsWithProgress(`COPY (${select}) TO ${quoteText(folder)} (${settings.join(", ")})`, onProgress);
  const ids = leafIdsOf(fields);
  const columns = columnsKey(fields);
  return rows.filter(({ count }) => Number(count) > 0).map((row) => ({ ...toWrittenFile(row, ids), columns }));
}

/** DuckDB's maps, as its JavaScript values have them. */
type Entries<V> = { key: string; value: V }[];

function toWrittenFile(row: Record<string, unknown>, ids: Map<string, number>): Omit<WrittenFile, "columns"> {
  const file: Omit<WrittenFile, "columns"> = {
    path: String(row.filename),
    records: Number(row.count),
    size: Number(row.file_size_bytes),
    columnSizes: {},
    valueCounts: {},
    nullCounts: {},
  };
  for (const { key, value } of row.column_statistics as Entries<Entries<string>>) {
    const id = ids.get(key)!;
    const figures = new Map(value.map(({ key, value }) => [key, Number(value)]));
    file.columnSizes[id] = figures.get("column_size_bytes")!;
    file.valueCounts[id] = figures.get("num_values")!;
    file.nullCounts[id] = figures.get("null_count")!;
  }
  return file;
}

/** How many values of a field with a primitive type are not NULL. */
export function countValues(files: readonly WrittenFile[], { id }: Pick<Field, "id">): number {
  return files.reduce((sum, { valueCounts, nullCounts }) => sum + (valueCounts[id] ?? 0) - (nullCounts[id] ?? 0), 0);
}
