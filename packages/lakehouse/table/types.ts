/**
 * The types of columns, in Iceberg's words and JSON form. Knows nothing of DuckDB.
 *
 * Every field, list element, map key and map value has an id, by which data files are read; what has not been given one yet has id 0.
 *
 * @module
 */
import type { Column } from "@wap/core";

/** A column of a table, or a member of a struct. */
export interface Field {
  /** Identifies the column in data files, whatever it is called. */
  id: number;
  /** Its name. */
  name: string;
  /** Its type. */
  type: FieldType;
  /** Always false: DuckDB writes no required columns. */
  required: false;
}

/** A list of values of one type. */
export interface ListType {
  /** Tells the nested types apart. */
  type: "list";
  /** The id of the elements. */
  "element-id": number;
  /** The type of the elements. */
  element: FieldType;
  /** Always false. */
  "element-required": false;
}

/** Values by key. */
export interface MapType {
  /** Tells the nested types apart. */
  type: "map";
  /** The id of the keys. */
  "key-id": number;
  /** The type of the keys. */
  key: FieldType;
  /** The id of the values. */
  "value-id": number;
  /** The type of the values. */
  value: FieldType;
  /** Always false. */
  "value-required": false;
}

/** Named members. */
export interface StructType {
  /** Tells the nested types apart. */
  type: "struct";
  /** The members, in order. */
  fields: Field[];
}

/** A primitive type by its name (`long`, `decimal(18, 3)`), or a nested one. */
export type FieldType = string | ListType | MapType | StructType;

/** A column that has a name and a type but no ids yet. */
export interface NamedType {
  /** Its name. */
  name: string;
  /** Its type, whose ids mean nothing. */
  type: FieldType;
}

/** How wide a decimal is. */
export interface Decimal {
  /** Digits in all, at most 38. */
  precision: number;
  /** Digits after the point. */
  scale: number;
}

const DECIMAL_REGEXP = /^decimal\((\d+), (\d+)\)$/;

/** Makes a list type without ids. */
export function listOf(element: FieldType): ListType {
  return { type: "list", "element-id": 0, element, "element-required": false };
}

/** Makes a map type without ids. */
export function mapOf(key: FieldType, value: FieldType): MapType {
  return { type: "map", "key-id": 0, key, "value-id": 0, value, "value-required": false };
}

/** Makes a struct type without ids. */
export function structOf(members: NamedType[]): StructType {
  return { type: "struct", fields: members.map(({ name, type }) => ({ id: 0, name, type, required: false })) };
}

/** Writes a decimal type's name. */
export function decimalOf({ precision, scale }: Decimal): string {
  return `decimal(${precision}, ${scale})`;
}

/** Reads a decimal type's name; null when the type is another. */
export function parseDecimal(type: FieldType): Decimal | null {
  const match = typeof type === "string" ? DECIMAL_REGEXP.exec(type) : null;
  return match === null ? null : { precision: Number(match[1]), scale: Number(match[2]) };
}

/** Writes a type as {@linkcode Column.type} has it; types that differ only in ids are written alike. */
export function formatType(type: FieldType): string {
  if (typeof type === "string") return type;
  if (type.type === "list") return `list<${formatType(type.element)}>`;
  if (type.type === "map") return `map<${formatType(type.key)}, ${formatType(type.value)}>`;
  return `struct<${type.fields.map((field) => `${field.name}: ${formatType(field.type)}`).join(", ")}>`;
}

/** Writes a column as the port has it. */
export function toColumn({ name, type }: NamedType): Column {
  return { name, type: formatType(type), required: false };
}

/**
 * Gives every part of a type that has no id one of its own; ids that are there stay.
 *
 * @param type The type.
 * @param nextId Answers a new id at each call.
 * @returns The type with ids throughout.
 */
export function assignIds(type: FieldType, nextId: () => number): FieldType {
  if (typeof type === "string") return type;
  if (type.type === "list") {
    const elementId = type["element-id"] || nextId();
    return { ...type, "element-id": elementId, element: assignIds(type.element, nextId) };
  }
  if (type.type === "map") {
    const [keyId, valueId] = [type["key-id"] || nextId(), type["value-id"] || nextId()];
    return { ...type, "key-id": keyId, key: assignIds(type.key, nextId), "value-id": valueId, value: assignIds(type.value, nextId) };
  }
  const fields = type.fields.map((field) => ({ ...field, id: field.id || nextId() }));
  return { type: "struct", fields: fields.map((field) => ({ ...field, type: assignIds(field.type, nextId) })) };
}
