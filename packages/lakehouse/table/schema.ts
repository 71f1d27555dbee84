/**
 * The columns of a table and how an import changes them.
 *
 * @module
 */
import { digestOf } from "@wap/core";
import { assignIds, type Field, type FieldType, formatType, type NamedType } from "./types.ts";
import { widenColumn } from "./casts.ts";

/** Enough of a digest to tell the schemas of one table apart. */
const COLUMNS_KEY_LENGTH = 16;

/** The columns of a table. */
export interface Schema {
  /** The columns, in order; names differ in more than case. */
  fields: Field[];
  /** The highest id given so far, in nested types too. */
  lastColumnId: number;
  /**
   * Ids of string columns that came from text files and have not held a value yet.
   * Their type is a guess: the first values to arrive settle it, under a new id, and the NULLs there are read as NULL of that type.
   */
  provisional: number[];
}

/** A column about to be written to a table. */
export interface IncomingColumn extends NamedType {
  /** It comes from a text file and has no value: it goes with any type. */
  empty?: boolean;
}

/** A column whose values the table cannot take. */
export interface ColumnConflict {
  /** The incoming column. */
  column: IncomingColumn;
  /** The table's column. */
  field: Field;
}

/** What becomes of a table's columns when others are written to it. */
export interface Evolution {
  /** The columns afterwards. */
  schema: Schema;
  /** The field each incoming column is written to, in the order of the incoming columns. */
  targets: Field[];
  /** Names of the columns the table did not have. */
  added: string[];
  /** Columns that cannot be written; when there are any, the rest means nothing. */
  conflicts: ColumnConflict[];
}

/** A name for a set of columns: the same for columns of the same ids, names and types in the same order. */
export function columnsKey(fields: readonly Field[]): string {
  return digestOf(fields.map(({ id, name, type }) => [id, name, type])).slice(0, COLUMNS_KEY_LENGTH);
}

/** No columns. */
export function emptySchema(): Schema {
  return { fields: [], lastColumnId: 0, provisional: [] };
}

/**
 * Finds the column of a name: the exact one, or else the one that differs in case only.
 *
 * @param columns Columns whose names differ in more than case.
 * @param name The name.
 * @returns The column, or undefined.
 */
export function findColumn<T extends { name: string }>(columns: readonly T[], name: string): T | undefined {
  const folded = name.toLowerCase();
  return columns.find((column) => column.name === name) ?? columns.find((column) => column.name.toLowerCase() === folded);
}

/**
 * Finds names that differ in case only, or not at all.
 *
 * @param names The names of one file's columns.
 * @returns The first such pair, or null.
 */
export function findDuplicateName(names: readonly string[]): [string, string] | null {
  const seen = new Map<string, string>();
  for (const name of names) {
    const earlier = seen.get(name.toLowerCase());
    if (earlier !== undefined) return [earlier, name];
    seen.set(name.toLowerCase(), name);
  }
  return null;
}

/**
 * Fits columns into a table: those it has keep their type if it can take the values, those it does not have are added.
 *
 * @param schema The table's columns.
 * @param incoming The columns to be written; their names differ in more than case.
 * @returns The columns afterwards and where each incoming column goes.
 */
export function evolve(schema: Schema, incoming: readonly IncomingColumn[]): Evolution {
  let lastColumnId = schema.lastColumnId;
  const nextId = () => ++lastColumnId;
  const fields = [...schema.fields];
  const settled = new Set<number>();
  const [targets, added, conflicts]: [Field[], string[], ColumnConflict[]] = [[], [], []];
  for (const column of incoming) {
    const field = findColumn(fields, column.name);
    const type = field === undefined ? column.type : typeAfter(field, { column, schema });
    if (type === null) {
      conflicts.push({ column, field: field! });
      continue;
    }
    const isGuess = field !== undefined && formatType(type) !== formatType(field.type) && schema.provisional.includes(field.id);
    const id = field === undefined || isGuess ? nextId() : field.id;
    const target: Field = { id, name: field?.name ?? column.name, type: assignIds(type, nextId), required: false };
    if (field === undefined) {
      added.push(column.name);
      fields.push(target);
    } else fields[fields.indexOf(field)] = target;
    if (isGuess) settled.add(field.id);
    targets.push(target);
  }
  const provisional = schema.provisional.filter((id) => !settled.has(id));
  return { schema: { fields, lastColumnId, provisional }, targets, added, conflicts };
}

/**
 * Makes a table's columns those of a SELECT whose rows take the place of all rows: a column stays itself if name and type stay.
 *
 * @param schema The table's columns.
 * @param columns The SELECT's columns; their names differ in more than case.
 * @returns The columns afterwards.
 */
export function replaceColumns(schema: Schema, columns: readonly NamedType[]): Schema {
  let lastColumnId = schema.lastColumnId;
  const nextId = () => ++lastColumnId;
  const fields = columns.map(({ name, type }): Field => {
    const field = schema.fields.find((field) => field.name === name);
    if (field !== undefined && formatType(field.type) === formatType(type)) return field;
    return { id: nextId(), name, type: assignIds(type, nextId), required: false };
  });
  const kept = new Set(fields.map((field) => field.id));
  return { fields, lastColumnId, provisional: schema.provisional.filter((id) => kept.has(id)) };
}

/** What was written to a table, as far as guesses at types go. */
export interface WrittenColumns {
  /** The fields written. */
  targets: readonly Field[];
  /** Those of them that were in the table before. */
  known: readonly Field[];
  /** Whether a field got a value that is not NULL. */
  hasValue: (field: Field) => boolean;
  /** Whether all rows came from text files. */
  fromText: boolean;
}

/** Brings the guesses of a schema up to date after rows were written to it. */
export function settleGuesses(schema: Schema, { targets, known, hasValue, fromText }: WrittenColumns): Schema {
  const filled = new Set(targets.filter(hasValue).map((field) => field.id));
  const knownIds = new Set(known.map((field) => field.id));
  const guesses = targets.filter((field) => fromText && field.type === "string" && !knownIds.has(field.id) && !filled.has(field.id));
  return { ...schema, provisional: [...schema.provisional.filter((id) => !filled.has(id)), ...guesses.map((field) => field.id)] };
}

function typeAfter(field: Field, { column, schema }: { column: IncomingColumn; schema: Schema }): FieldType | null {
  if (column.empty) return field.type;
  if (schema.provisional.includes(field.id)) return column.type;
  return widenColumn(field.type, column.type);
}
