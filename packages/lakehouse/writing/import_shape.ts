/**
 * What an import writes: the columns, and the SELECT that has them.
 *
 * @module
 */
import { TerminalError } from "@wap/core";
import type { Session } from "../duckdb/session.ts";
import { quoteName } from "../duckdb/sql.ts";
import { parseSelect } from "../reading/statement.ts";
import { agreeAmongFiles, agreeWithTable, type InspectedFile } from "../sources/agreement.ts";
import { selectSources } from "../sources/source_sql.ts";
import { refuseUnparsable } from "../sources/unparsable.ts";
import { type ColumnConflict, type Evolution, evolve, type IncomingColumn, type Schema } from "../table/schema.ts";
import { formatType } from "../table/types.ts";
import { describeSelect, selectAsFields } from "./select_columns.ts";

/** What an import is made of. */
export interface ImportInput {
  /** The files. */
  files: readonly InspectedFile[];
  /** The table's columns. */
  schema: Schema;
  /** A SELECT over the files' rows, which it calls `{source}`. */
  transform?: string;
  /** The folder above the one that rows are written to, if they are. */
  workFolder?: string;
}

/** What an import writes. */
export interface ImportShape {
  /** The table's columns afterwards, and the ones written. */
  evolution: Evolution;
  /** The SELECT of the rows, with the columns written, in order. */
  select: string;
}

/** What `{source}` is called in the SQL that runs. */
const SOURCE_VIEW = "wap_source";
const SOURCE_PLACEHOLDER = "{source}";

/**
 * Fits files into a table.
 *
 * @param session A DuckDB that may read the files; afterwards it may read nothing else if there is a transform.
 * @param input The files and the table.
 * @returns What to write.
 * @throws {TerminalError} If files disagree, the table cannot take them, or the transform is wrong.
 */
export async function shapeImport(session: Session, input: ImportInput): Promise<ImportShape> {
  const { files, schema, transform } = input;
  if (transform !== undefined) return await shapeTransform(session, { ...input, transform });
  const { columns, doubts } = agreeWithTable(files, schema);
  await refuseUnparsable(session, doubts);
  const evolution = evolveOrRefuse(schema, columns);
  return { evolution, select: selectSources(files, evolution.targets) };
}

async function shapeTransform(session: Session, input: ImportInput & { transform: string }): Promise<ImportShape> {
  const { files, schema, transform, workFolder } = input;
  if (!transform.includes(SOURCE_PLACEHOLDER)) {
    throw new TerminalError(`Cannot use the transform: it does not read ${SOURCE_PLACEHOLDER}`, {
      code: "invalid_sql",
      hint: `Write it as SELECT … FROM ${SOURCE_PLACEHOLDER}`,
    });
  }
  const sql = transform.replaceAll(SOURCE_PLACEHOLDER, quoteName(SOURCE_VIEW));
  await parseSelect(session, sql);
  await session.run(`CREATE VIEW ${quoteName(SOURCE_VIEW)} AS ${selectSources(files, agreeAmongFiles(files, schema))}`);
  await session.lock({ paths: files.map(({ inspection }) => inspection.path), directories: workFolder === undefined ? [] : [workFolder] });
  const columns = await describeSelect(session, sql);
  const evolution = evolveOrRefuse(schema, columns);
  return { evolution, select: selectAsFields(sql, { columns, fields: evolution.targets }) };
}

function evolveOrRefuse(schema: Schema, columns: readonly IncomingColumn[]): Evolution {
  const evolution = evolve(schema, columns);
  if (evolution.conflicts.length === 0) return evolution;
  throw new TerminalError(`Cannot write to the table: ${evolution.conflicts.map(describeConflict).join("; ")}`, {
    code: "schema_conflict",
    hint: "Cast the columns to the table's types in the transform",
  });
}

function describeConflict({ column, field }: ColumnConflict): string {
  return `column "${column.name}" is ${formatType(column.type)}, the table has ${formatType(field.type)}`;
}
