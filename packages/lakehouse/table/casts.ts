/**
 * Which types can be read as which without losing anything: the rules that files of one import, and an import and its table, are matched by.
 *
 * @module
 */
import { decimalOf, type Field, type FieldType, formatType, type MapType, parseDecimal, type StructType } from "./types.ts";

/** Digits that every value of a whole-number type fits in. */
const INTEGER_DIGITS: Record<string, number> = { int: 10, long: 19 };

const LOSSLESS: Record<string, string[]> = {
  int: ["long", "double"],
  long: ["double"],
  float: ["double"],
  date: ["timestamp"],
};

/**
 * Finds the type that takes the values of two types, neither of which wins.
 *
 * @param a One type.
 * @param b The other.
 * @returns The narrowest type for both, or null when there is none.
 */
export function commonType(a: FieldType, b: FieldType): FieldType | null {
  if (formatType(a) === formatType(b)) return a;
  if (typeof a === "string" && typeof b === "string") {
    if (canRead(a, b)) return b;
    if (canRead(b, a)) return a;
    if (isWholeOrFloat(a) && isWholeOrFloat(b)) return "double";
    return commonDecimal(a, b);
  }
  return commonNested(a, b, commonType);
}

/**
 * Finds the type of a table's column after it took values of another type: the column's own, with members that structs gained.
 *
 * @param column The type of the column; the ids in it are kept.
 * @param incoming The type of the values.
 * @returns The column's type afterwards, new parts with id 0, or null when the column cannot take the values without loss.
 */
export function widenColumn(column: FieldType, incoming: FieldType): FieldType | null {
  if (typeof column === "string" || typeof incoming === "string") return canRead(incoming, column) ? column : null;
  return commonNested(column, incoming, widenColumn);
}

function canRead(from: FieldType, to: FieldType): boolean {
  if (typeof from !== "string" || typeof to !== "string") return false;
  if (from === to || LOSSLESS[from]?.includes(to)) return true;
  const target = parseDecimal(to);
  if (target === null) return false;
  const source = parseDecimal(from);
  const wholeDigits = source === null ? INTEGER_DIGITS[from] : source.precision - source.scale;
  return wholeDigits !== undefined && target.precision - target.scale >= wholeDigits && target.scale >= (source?.scale ?? 0);
}

function isWholeOrFloat(type: string): boolean {
  return type === "float" || type in INTEGER_DIGITS;
}

function commonDecimal(a: string, b: string): string | null {
  const [left, right] = [asDecimal(a), asDecimal(b)];
  if (left === null || right === null) return null;
  const scale = Math.max(left.scale, right.scale);
  const precision = Math.max(left.precision - left.scale, right.precision - right.scale) + scale;
  return precision > 38 ? null : decimalOf({ precision, scale });
}

function asDecimal(type: string): { precision: number; scale: number } | null {
  const digits = INTEGER_DIGITS[type];
  return digits === undefined ? parseDecimal(type) : { precision: digits, scale: 0 };
}

type Merge = (a: FieldType, b: FieldType) => FieldType | null;

function commonNested(a: FieldType, b: FieldType, merge: Merge): FieldType | null {
  if (typeof a === "string" || typeof b === "string" || a.type !== b.type) return null;
  if (a.type === "struct") return mergeStructs(a, b as StructType, merge);
  if (a.type === "map") {
    const key = merge(a.key, (b as MapType).key);
    const value = merge(a.value, (b as MapType).value);
    return key === null || value === null ? null : { ...a, key, value };
  }
  if (b.type !== "list") return null;
  const element = merge(a.element, b.element);
  return element === null ? null : { ...a, element };
}

function mergeStructs(a: StructType, b: StructType, merge: Merge): StructType | null {
  const members = new Map(b.fields.map((field) => [field.name, field]));
  const fields: Field[] = [];
  for (const field of a.fields) {
    const other = members.get(field.name);
    const type = other === undefined ? field.type : merge(field.type, other.type);
    if (type === null) return null;
    fields.push({ ...field, type });
    members.delete(field.name);
  }
  return { type: "struct", fields: [...fields, ...[...members.values()].map((field) => ({ ...field, id: 0 }))] };
}
