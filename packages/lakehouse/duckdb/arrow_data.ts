/**
 * Columns of DuckDB results as Arrow data: fixed-width values by copying whole buffers, texts by copying their bytes.
 *
 * @module
 */
import {
  DuckDBArrayType,
  DuckDBDecimalType,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
  DuckDBVector,
} from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { type Data, type DataType, makeData } from "apache-arrow";
import { toArrowType } from "./arrow_types.ts";
import { isSet, setBit } from "./bits.ts";
import { bytesOf, lengthOf, readBytes, readValidity, type Segment, type Validity, validityOf } from "./segments.ts";

/** How DuckDB keeps a text or blob: its length, then the text itself if it is short, or else four bytes of it and a pointer. */
const STRING_BYTES = 16;
const INLINE_LENGTH = 12;

type TypedArray = new (buffer: ArrayBuffer) => ArrayBufferView;

const FIXED_WIDTH: Partial<Record<DuckDBTypeId, [width: number, array: TypedArray]>> = {
  [DuckDBTypeId.TINYINT]: [1, Int8Array],
  [DuckDBTypeId.SMALLINT]: [2, Int16Array],
  [DuckDBTypeId.INTEGER]: [4, Int32Array],
  [DuckDBTypeId.BIGINT]: [8, BigInt64Array],
  [DuckDBTypeId.UTINYINT]: [1, Uint8Array],
  [DuckDBTypeId.USMALLINT]: [2, Uint16Array],
  [DuckDBTypeId.UINTEGER]: [4, Uint32Array],
  [DuckDBTypeId.UBIGINT]: [8, BigUint64Array],
  [DuckDBTypeId.HUGEINT]: [16, Uint32Array],
  [DuckDBTypeId.FLOAT]: [4, Float32Array],
  [DuckDBTypeId.DOUBLE]: [8, Float64Array],
  [DuckDBTypeId.DATE]: [4, Int32Array],
  [DuckDBTypeId.TIME]: [8, BigInt64Array],
  [DuckDBTypeId.TIMESTAMP_S]: [8, BigInt64Array],
  [DuckDBTypeId.TIMESTAMP_MS]: [8, BigInt64Array],
  [DuckDBTypeId.TIMESTAMP]: [8, BigInt64Array],
  [DuckDBTypeId.TIMESTAMP_NS]: [8, BigInt64Array],
  [DuckDBTypeId.TIMESTAMP_TZ]: [8, BigInt64Array],
};

/** What every kind of Arrow data is made from. */
interface Frame extends Validity {
  type: DataType;
  length: number;
}

/**
 * Makes Arrow data of the values of one column.
 *
 * @param type The column's DuckDB type.
 * @param segments Its values; their vectors are read here and not kept.
 * @returns The same values, in memory of their own.
 */
export function toArrowData(type: DuckDBType, segments: readonly Segment[]): Data {
  const frame: Frame = { type: toArrowType(type), length: lengthOf(segments), ...readValidity(segments) };
  const fixed = FIXED_WIDTH[type.typeId];
  if (fixed !== undefined) return makeFixed(frame, { segments, width: fixed[0], array: fixed[1] });
  if (type instanceof DuckDBDecimalType) return makeDecimal(frame, { segments, precision: type.width });
  if (type instanceof DuckDBListType) return makeList(frame, { segments, element: type.valueType });
  if (type instanceof DuckDBMapType) {
    return makeList(frame, { segments, element: new DuckDBStructType(["key", "value"], [type.keyType, type.valueType]) });
  }
  if (type instanceof DuckDBArrayType) return makeArray(frame, { segments, type });
  if (type instanceof DuckDBStructType) return makeStruct(frame, { segments, type });
  if (type.typeId === DuckDBTypeId.BOOLEAN) return makeBoolean(frame, segments);
  if (type.typeId === DuckDBTypeId.SQLNULL) return makeData({ type: frame.type, length: frame.length } as never);
  if (type.typeId === DuckDBTypeId.VARCHAR || type.typeId === DuckDBTypeId.BLOB) return makeBinary(frame, readStrings(segments));
  return makeBinary(frame, describeValues(type, segments));
}

function makeFixed(frame: Frame, { segments, width, array }: { segments: readonly Segment[]; width: number; array: TypedArray }): Data {
  return makeData({ ...frame, data: new array(readBytes(segments, width).buffer as ArrayBuffer) } as never);
}

function makeBoolean(frame: Frame, segments: readonly Segment[]): Data {
  const bytes = readBytes(segments, 1);
  const data = new Uint8Array(Math.ceil(frame.length / 64) * 8);
  for (let row = 0; row < bytes.length; row++) if (bytes[row] !== 0) setBit(data, row);
  return makeData({ ...frame, data } as never);
}

function makeDecimal(frame: Frame, { segments, precision }: { segments: readonly Segment[]; precision: number }): Data {
  if (precision > 18) return makeFixed(frame, { segments, width: 16, array: Uint32Array });
  const [width, array] = precision > 9 ? [8, BigInt64Array] as const : precision > 4 ? [4, Int32Array] as const : [2, Int16Array] as const;
  const narrow = new array(readBytes(segments, width).buffer as ArrayBuffer);
  const wide = new BigInt64Array(frame.length * 2);
  for (let row = 0; row < frame.length; row++) {
    const value = BigInt(narrow[row]!);
    wide[row * 2] = value;
    wide[row * 2 + 1] = value < 0n ? -1n : 0n;
  }
  return makeData({ ...frame, data: new Uint32Array(wide.buffer) } as never);
}

function makeStruct(frame: Frame, { segments, type }: { segments: readonly Segment[]; type: DuckDBStructType }): Data {
  const children = type.entryTypes.map((member, index) =>
    toArrowData(member, segments.map((segment) => ({ ...segment, vector: duckdb.struct_vector_get_child(segment.vector, index) })))
  );
  return makeData({ ...frame, children } as never);
}

function makeArray(frame: Frame, { segments, type }: { segments: readonly Segment[]; type: DuckDBArrayType }): Data {
  const children = segments.map(({ vector, start, count }) => ({
    vector: duckdb.array_vector_get_child(vector),
    start: start * type.length,
    count: count * type.length,
  }));
  return makeData({ ...frame, child: toArrowData(type.valueType, children) } as never);
}

function makeList(frame: Frame, { segments, element }: { segments: readonly Segment[]; element: DuckDBType }): Data {
  const valueOffsets = new Int32Array(frame.length + 1);
  const children: Segment[] = [];
  let row = 0;
  for (const segment of segments) {
    const entries = asBigInts(bytesOf(segment, 16));
    const mask = validityOf(segment);
    const vector = duckdb.list_vector_get_child(segment.vector);
    for (let index = 0; index < segment.count; index++) {
      // The entry of a NULL is whatever was there before.
      const isNull = mask !== null && !isSet(mask, segment.start + index);
      const count = isNull ? 0 : Number(entries[index * 2 + 1]);
      valueOffsets[row + 1] = valueOffsets[row]! + count;
      row++;
      if (count > 0) extend(children, { vector, start: Number(entries[index * 2]), count });
    }
  }
  return makeData({ ...frame, valueOffsets, child: toArrowData(element, children) } as never);
}

/** Adds a segment, as part of the last one when it follows it directly. */
function extend(segments: Segment[], next: Segment): void {
  const last = segments.at(-1);
  if (last?.vector === next.vector && last.start + last.count === next.start) last.count += next.count;
  else segments.push(next);
}

function makeBinary(frame: Frame, values: readonly (Uint8Array | null)[]): Data {
  const valueOffsets = new Int32Array(frame.length + 1);
  for (const [row, value] of values.entries()) valueOffsets[row + 1] = valueOffsets[row]! + (value?.length ?? 0);
  const data = new Uint8Array(valueOffsets[frame.length]!);
  for (const [row, value] of values.entries()) if (value !== null) data.set(value, valueOffsets[row]!);
  return makeData({ ...frame, valueOffsets, data } as never);
}

function readStrings(segments: readonly Segment[]): (Uint8Array | null)[] {
  const values: (Uint8Array | null)[] = [];
  for (const segment of segments) {
    const bytes = bytesOf(segment, STRING_BYTES);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const mask = validityOf(segment);
    for (let index = 0; index < segment.count; index++) {
      values.push(mask !== null && !isSet(mask, segment.start + index) ? null : readString(view, index * STRING_BYTES));
    }
  }
  return values;
}

function readString(view: DataView, at: number): Uint8Array {
  const length = view.getUint32(at, true);
  if (length <= INLINE_LENGTH) return new Uint8Array(view.buffer, view.byteOffset + at + 4, length);
  return duckdb.get_data_from_pointer(view.buffer as ArrayBuffer, view.byteOffset + at + 8, length);
}

/** The values as text, for types that Arrow has no word for. */
function describeValues(type: DuckDBType, segments: readonly Segment[]): (Uint8Array | null)[] {
  const encoder = new TextEncoder();
  return segments.flatMap(({ vector, start, count }) => {
    const items = DuckDBVector.create(vector, start + count, type);
    return Array.from({ length: count }, (_, index) => {
      const item = items.getItem(start + index);
      return item === null ? null : encoder.encode(String(item));
    });
  });
}

function asBigInts(bytes: Uint8Array): BigUint64Array {
  return new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
}
