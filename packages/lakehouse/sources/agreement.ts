/**
 * Making one set of columns of many files, and fitting it to a table.
 *
 * A new column takes the type that all files agree on; a table's column keeps its own, and text is read as that.
 *
 * @module
 */
import { TerminalError } from "@wap/core";
import { commonType, widenColumn } from "../table/casts.ts";
import { findColumn, type IncomingColumn, type Schema } from "../table/schema.ts";
import { type Field, type FieldType, formatType } from "../table/types.ts";
import type { Inspection, SourceColumn } from "./inspection.ts";
import { kindsParse, typeOfKinds } from "./text_kinds.ts";

/** A file that was looked into. */
export interface InspectedFile {
  /** What to call it in messages. */
  name: string;
  /** What was found. */
  inspection: Inspection;
}

/** A text column that may hold a value which cannot be read as the type it has to be: someone must look. */
export interface Doubt {
  /** The file. */
  file: InspectedFile;
  /** The name of the column in the file. */
  column: string;
  /** The type its values must have. */
  type: FieldType;
}

/** The columns of an import. */
export interface Agreement {
  /** The columns, under the names they have in the table, in the order of the files. */
  columns: IncomingColumn[];
  /** Where values must be looked at before the columns can be relied on. */
  doubts: Doubt[];
}

/** A column of one file. */
interface Occurrence {
  file: InspectedFile;
  column: SourceColumn;
}

const NAMED_FILES = 3;

/**
 * Finds one set of columns for files that are written to a table as they are.
 *
 * @param files The files.
 * @param schema The table's columns.
 * @returns The columns and what is to be looked at.
 * @throws {TerminalError} If files disagree on a column's type, or the table cannot take it.
 */
export function agreeWithTable(files: readonly InspectedFile[], schema: Schema): Agreement {
  const doubts: Doubt[] = [];
  const columns = collectColumns(files, schema.fields).map(({ name, occurrences }): IncomingColumn => {
    const field = findSettledField(schema, name);
    return field === undefined ? { name, ...agreeOnType(name, occurrences) } : { name, type: fitToField(field, { occurrences, doubts }) };
  });
  return { columns, doubts };
}

/**
 * Finds one set of columns for files whose rows are transformed before they are written to a table.
 * Text that can be read as the type of the table's column of that name is.
 *
 * @param files The files.
 * @param schema The table's columns.
 * @returns The columns.
 * @throws {TerminalError} If files disagree on a column's type.
 */
export function agreeAmongFiles(files: readonly InspectedFile[], schema: Schema): IncomingColumn[] {
  return collectColumns(files, schema.fields).map(({ name, occurrences }) => {
    const field = findSettledField(schema, name);
    const isReadable = field !== undefined && occurrences.every(({ column }) => column.kinds !== undefined && kindsParse(column.kinds, field.type));
    return { name, ...(isReadable ? { type: field.type } : agreeOnType(name, occurrences)) };
  });
}

/** The table's column of a name, unless its type is only a guess. */
function findSettledField({ fields, provisional }: Schema, name: string): Field | undefined {
  const field = findColumn(fields, name);
  return field !== undefined && provisional.includes(field.id) ? undefined : field;
}

function collectColumns(files: readonly InspectedFile[], fields: readonly Field[]): { name: string; occurrences: Occurrence[] }[] {
  const collected: { name: string; occurrences: Occurrence[] }[] = [];
  for (const file of files) {
    for (const column of file.inspection.columns) {
      const name = findColumn(fields, column.name)?.name ?? column.name;
      const known = findColumn(collected, name);
      if (known === undefined) collected.push({ name, occurrences: [{ file, column }] });
      else known.occurrences.push({ file, column });
    }
  }
  return collected;
}

function agreeOnType(name: string, occurrences: readonly Occurrence[]): { type: FieldType; empty: boolean } {
  const filled = occurrences.filter(({ column }) => column.kinds !== 0);
  const [first, ...rest] = filled;
  if (first === undefined) return { type: "string", empty: true };
  const type = rest.reduce<FieldType | null>((agreed, { column }) => agreed && commonType(agreed, column.type), first.column.type) ?? commonText(filled);
  if (type !== null) return { type, empty: false };
  throw new TerminalError(`Cannot import the files together: column "${name}" is ${describeTypes(filled)}`, {
    code: "schema_disagreement",
    hint: "Import files of one kind at a time, or give the column one type with a transform",
  });
}

/** Numbers of several text files may go together though their types do not: whole ones of many digits with ones that have fractions. */
function commonText(occurrences: readonly Occurrence[]): FieldType | null {
  let kinds = 0;
  for (const { column } of occurrences) {
    if (column.kinds === undefined || column.type === "string") return null;
    kinds |= column.kinds;
  }
  const type = typeOfKinds(kinds);
  return type === "string" ? null : type;
}

function fitToField(field: Field, { occurrences, doubts }: { occurrences: readonly Occurrence[]; doubts: Doubt[] }): FieldType {
  let type = field.type;
  for (const { file, column } of occurrences) {
    const isText = file.inspection.layout.format !== "parquet";
    if (column.kinds !== undefined) {
      if (!kindsParse(column.kinds, type)) doubts.push({ file, column: column.name, type });
      continue;
    }
    const widened = widenColumn(type, column.type) ?? (isText && type === "string" ? type : null);
    if (widened === null) throw cannotTake(field, { file, column });
    type = widened;
  }
  return type;
}

function cannotTake(field: Field, { file, column }: Occurrence): TerminalError {
  return new TerminalError(
    `Cannot import "${file.name}": column "${column.name}" is ${formatType(column.type)}, the table has ${formatType(field.type)}`,
    { code: "schema_conflict", hint: `Give it the table's type with a transform: CAST("${column.name}" AS …)` },
  );
}

function describeTypes(occurrences: readonly Occurrence[]): string {
  const byType = Map.groupBy(occurrences, ({ column }) => formatType(column.type));
  return [...byType].map(([type, found]) => {
    const names = found.slice(0, NAMED_FILES).map(({ file }) => `"${file.name}"`).join(", ");
    return `${type} in ${names}${found.length > NAMED_FILES ? ` and ${found.length - NAMED_FILES} more` : ""}`;
  }).join(", ");
}
