/**
 * DuckDB's types in Iceberg's words and back.
 *
 * What Iceberg has no word for takes the next one that holds every value: unsigned numbers the next signed one, 128-bit integers `decimal(38, 0)`,
 * seconds and milliseconds `timestamp`, fixed-size arrays a list; enums, intervals, JSON and the rest become text.
 * Nanoseconds become `timestamp` too, which has microseconds: {@linkcode hasNanoseconds} says where a value must be checked.
 *
 * @module
 */
import { DuckDBArrayType, DuckDBDecimalType, DuckDBListType, DuckDBMapType, DuckDBStructType, type DuckDBType, DuckDBTypeId } from "@duckdb/node-api";
import { decimalOf, type Field, type FieldType, listOf, mapOf, parseDecimal, structOf } from "../table/types.ts";
import { quoteName, quoteText, structLiteral } from "./sql.ts";

const FROM_DUCKDB: Partial<Record<DuckDBTypeId, string>> = {
  [DuckDBTypeId.BOOLEAN]: "boolean",
  [DuckDBTypeId.TINYINT]: "int",
  [DuckDBTypeId.SMALLINT]: "int",
  [DuckDBTypeId.INTEGER]: "int",
  [DuckDBTypeId.BIGINT]: "long",
  [DuckDBTypeId.UTINYINT]: "int",
  [DuckDBTypeId.USMALLINT]: "int",
  [DuckDBTypeId.UINTEGER]: "long",
  [DuckDBTypeId.UBIGINT]: decimalOf({ precision: 20, scale: 0 }),
  [DuckDBTypeId.HUGEINT]: decimalOf({ precision: 38, scale: 0 }),
  [DuckDBTypeId.FLOAT]: "float",
  [DuckDBTypeId.DOUBLE]: "double",
  [DuckDBTypeId.DATE]: "date",
  [DuckDBTypeId.TIME]: "time",
  [DuckDBTypeId.TIMESTAMP]: "timestamp",
  [DuckDBTypeId.TIMESTAMP_S]: "timestamp",
  [DuckDBTypeId.TIMESTAMP_MS]: "timestamp",
  [DuckDBTypeId.TIMESTAMP_NS]: "timestamp",
  [DuckDBTypeId.TIMESTAMP_TZ]: "timestamptz",
  [DuckDBTypeId.UUID]: "uuid",
  [DuckDBTypeId.BLOB]: "binary",
};

const TO_DUCKDB: Record<string, string> = {
  boolean: "BOOLEAN",
  int: "INTEGER",
  long: "BIGINT",
  float: "FLOAT",
  double: "DOUBLE",
  date: "DATE",
  time: "TIME",
  timestamp: "TIMESTAMP",
  timestamptz: "TIMESTAMPTZ",
  string: "VARCHAR",
  uuid: "UUID",
  binary: "BLOB",
};

/** The type of a table's column that takes every value of a DuckDB type. */
export function fromDuckDBType(type: DuckDBType): FieldType {
  if (type instanceof DuckDBDecimalType) return decimalOf({ precision: type.width, scale: type.scale });
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType) return listOf(fromDuckDBType(type.valueType));
  if (type instanceof DuckDBMapType) return mapOf(fromDuckDBType(type.keyType), fromDuckDBType(type.valueType));
  if (type instanceof DuckDBStructType) {
    return structOf(type.entryNames.map((name, index) => ({ name, type: fromDuckDBType(type.entryTypes[index]!) })));
  }
  return FROM_DUCKDB[type.typeId] ?? "string";
}

/** The DuckDB type, as SQL, that holds a column of a table. */
export function toDuckDBType(type: FieldType): string {
  if (typeof type === "string") {
    const decimal = parseDecimal(type);
    return decimal === null ? TO_DUCKDB[type]! : `DECIMAL(${decimal.precision}, ${decimal.scale})`;
  }
  if (type.type === "list") return `${toDuckDBType(type.element)}[]`;
  if (type.type === "map") return `MAP(${toDuckDBType(type.key)}, ${toDuckDBType(type.value)})`;
  return `STRUCT(${type.fields.map((field) => `${quoteName(field.name)} ${toDuckDBType(field.type)}`).join(", ")})`;
}

/** Whether values of a DuckDB type can be finer than a microsecond. */
export function hasNanoseconds(type: DuckDBType): boolean {
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType) return hasNanoseconds(type.valueType);
  if (type instanceof DuckDBMapType) return hasNanoseconds(type.keyType) || hasNanoseconds(type.valueType);
  if (type instanceof DuckDBStructType) return type.entryTypes.some(hasNanoseconds);
  return type.typeId === DuckDBTypeId.TIMESTAMP_NS;
}

/** The ids of columns as DuckDB's `COPY … (FIELD_IDS …)` takes them. */
export function fieldIdsOf(fields: readonly Field[]): string {
  return structLiteral(fields.map((field) => [field.name, idsOfType(field.type, field.id)]));
}

/** Columns as the `schema` of DuckDB's `read_parquet` takes them: read by id, NULL in files that do not have them. */
export function readSchemaOf(fields: readonly Field[]): string {
  const members = fields.map((field) => `${field.id}: {name: ${quoteText(field.name)}, type: ${quoteText(toDuckDBType(field.type))}, default_value: NULL}`);
  return `MAP {${members.join(", ")}}`;
}

/** The ids of the primitive parts of columns by the quoted path that DuckDB's statistics name them with: `"s"."x"`, `"l"."element"`. */
export function leafIdsOf(fields: readonly Field[], prefix = ""): Map<string, number> {
  const leaves = fields.map((field) => leavesOfType(field.type, { id: field.id, path: prefix + quoteName(field.name) }));
  return new Map(leaves.flatMap((found) => [...found]));
}

function leavesOfType(type: FieldType, { id, path }: { id: number; path: string }): Map<string, number> {
  if (typeof type === "string") return new Map([[path, id]]);
  if (type.type === "struct") return leafIdsOf(type.fields, `${path}.`);
  if (type.type === "list") return leavesOfType(type.element, { id: type["element-id"], path: `${path}."element"` });
  const keys = leavesOfType(type.key, { id: type["key-id"], path: `${path}."key"` });
  return new Map([...keys, ...leavesOfType(type.value, { id: type["value-id"], path: `${path}."value"` })]);
}

function idsOfType(type: FieldType, id: number): string {
  if (typeof type === "string") return `${id}`;
  const own: [string, string] = ["__duckdb_field_id", `${id}`];
  if (type.type === "list") return structLiteral([own, ["element", idsOfType(type.element, type["element-id"])]]);
  if (type.type === "map") return structLiteral([own, ["key", idsOfType(type.key, type["key-id"])], ["value", idsOfType(type.value, type["value-id"])]]);
  return structLiteral([own, ...type.fields.map((field): [string, string] => [field.name, idsOfType(field.type, field.id)])]);
}
