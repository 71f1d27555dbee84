/**
 * DuckDB's types as Arrow's.
 *
 * What Arrow's JavaScript library has no plain word for is text: UUIDs, enums, intervals, bit strings, unions, 128-bit unsigned numbers.
 *
 * @module
 */
import { DuckDBArrayType, DuckDBDecimalType, DuckDBListType, DuckDBMapType, DuckDBStructType, type DuckDBType, DuckDBTypeId } from "@duckdb/node-api";
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  List,
  Map_,
  Null,
  Schema,
  Struct,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
} from "apache-arrow";
import type { ResultColumn } from "./session.ts";

const TO_ARROW: Partial<Record<DuckDBTypeId, () => DataType>> = {
  [DuckDBTypeId.SQLNULL]: () => new Null(),
  [DuckDBTypeId.BOOLEAN]: () => new Bool(),
  [DuckDBTypeId.TINYINT]: () => new Int8(),
  [DuckDBTypeId.SMALLINT]: () => new Int16(),
  [DuckDBTypeId.INTEGER]: () => new Int32(),
  [DuckDBTypeId.BIGINT]: () => new Int64(),
  [DuckDBTypeId.UTINYINT]: () => new Uint8(),
  [DuckDBTypeId.USMALLINT]: () => new Uint16(),
  [DuckDBTypeId.UINTEGER]: () => new Uint32(),
  [DuckDBTypeId.UBIGINT]: () => new Uint64(),
  [DuckDBTypeId.HUGEINT]: () => new Decimal(0, 38, 128),
  [DuckDBTypeId.FLOAT]: () => new Float32(),
  [DuckDBTypeId.DOUBLE]: () => new Float64(),
  [DuckDBTypeId.DATE]: () => new DateDay(),
  [DuckDBTypeId.TIME]: () => new TimeMicrosecond(),
  [DuckDBTypeId.TIMESTAMP_S]: () => new TimestampSecond(),
  [DuckDBTypeId.TIMESTAMP_MS]: () => new TimestampMillisecond(),
  [DuckDBTypeId.TIMESTAMP]: () => new TimestampMicrosecond(),
  [DuckDBTypeId.TIMESTAMP_NS]: () => new TimestampNanosecond(),
  [DuckDBTypeId.TIMESTAMP_TZ]: () => new TimestampMicrosecond("UTC"),
  [DuckDBTypeId.BLOB]: () => new Binary(),
};

/** The Arrow type that holds a DuckDB type's values. */
export function toArrowType(type: DuckDBType): DataType {
  if (type instanceof DuckDBDecimalType) return new Decimal(type.scale, type.width, 128);
  if (type instanceof DuckDBListType) return new List(new Field("item", toArrowType(type.valueType), true));
  if (type instanceof DuckDBArrayType) return new FixedSizeList(type.length, new Field("item", toArrowType(type.valueType), true));
  if (type instanceof DuckDBStructType) {
    return new Struct(type.entryNames.map((name, index) => new Field(name, toArrowType(type.entryTypes[index]!), true)));
  }
  if (type instanceof DuckDBMapType) {
    const members = [new Field("key", toArrowType(type.keyType), false), new Field("value", toArrowType(type.valueType), true)];
    return new Map_(new Field("entries", new Struct<{ key: DataType; value: DataType }>(members), false));
  }
  return TO_ARROW[type.typeId]?.() ?? new Utf8();
}

/** The Arrow schema of a result's columns. */
export function toArrowSchema(columns: readonly ResultColumn[]): Schema {
  return new Schema(columns.map(({ name, type }) => new Field(name, toArrowType(type), true)));
}
