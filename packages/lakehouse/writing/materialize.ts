/**
 * Putting the rows of a SELECT in place of a table's.
 *
 * @module
 */
import type { CommitInfo, TableName } from "@wap/core";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Session } from "../duckdb/session.ts";
import { bindTables } from "../reading/binding.ts";
import { toSqlError } from "../reading/sql_error.ts";
import { toStorageError } from "../storage/storage_error.ts";
import { emptySchema, replaceColumns, settleGuesses } from "../table/schema.ts";
import { commitRows } from "./commit_rows.ts";
import { countValues, writeParquet } from "./parquet_writer.ts";
import { describeSelect, selectAsFields } from "./select_columns.ts";
import type { WriteContext } from "./write_context.ts";

/** What to put where. */
export interface MaterializeOptions extends CommitInfo {
  /** The branch. */
  branch: string;
  /** The table; made if it is not there. */
  table: TableName;
  /** The SELECT, run at the branch's head. */
  sql: string;
  /** Stops it; the branch is where it was. */
  signal?: AbortSignal;
}

/**
 * Replaces a table's rows and columns by those of a SELECT. The source files noted with the table stay noted: their rows were imported,
 * whatever was made of them.
 *
 * @param context The lakehouse.
 * @param options What to put where.
 * @returns The commit and the table's rows.
 * @throws {TerminalError} If the SQL is wrong.
 */
export async function materialize(context: WriteContext, options: MaterializeOptions): Promise<{ commit: string; records: number }> {
  const { branch, table, sql, signal } = options;
  const head = context.catalog.resolve(branch);
  const version = context.tables.find(table, head);
  const before = version?.state.schema ?? emptySchema();
  await context.staging.sweep();
  await using folder = await context.staging.open();
  const outputFolder = join(folder.path, "rows");
  await mkdir(outputFolder);
  using session = await Session.open({ tempDirectory: join(folder.path, "spill"), anyOrder: true, signal });
  const paths = await bindTables(session, context.tables, { sql, commit: head, ref: branch });
  await session.lock({ paths, directories: [folder.path] });
  const columns = await describeSelect(session, sql);
  const schema = replaceColumns(before, columns);
  const select = selectAsFields(sql, { columns, fields: schema.fields });
  const files = await writeParquet(session, { select, fields: schema.fields, folder: outputFolder }).catch((error) => {
    throw toStorageError(error, context.root) ?? toSqlError(error, signal);
  });
  const hasValue = (field: { id: number }) => countValues(files, field) > 0;
  const settled = settleGuesses(schema, { targets: schema.fields, known: schema.fields, hasValue, fromText: false });
  const commit = await commitRows(context, { table, version, head, schema: settled, files, replace: true, sources: {}, forgetSources: false }, options);
  return { commit, records: files.reduce((sum, { records }) => sum + records, 0) };
}
