/**
 * Rows of Arrow tables as JSON values.
 *
 * Integers beyond 2^53 and all decimals are text, exact; so are NaN and the infinities. Timestamps are ISO 8601 down to the part of a second they have, with `Z`
 * when they are points in time; dates are `YYYY-MM-DD`; binary values are base64. Lists are arrays and structs objects; so are maps if their keys are text,
 * otherwise they are arrays of `{key, value}`. Only types are imported from Arrow, so that nothing of it is loaded.
 *
 * @module
 */
import type { Data, DataType, Table, Vector } from "apache-arrow";
import { ARROW_TYPE, arrowColumns, partsOf } from "./arrow_types.ts";
import { isoDate, isoTime, isoTimestamp } from "./iso_time.ts";

/**
 * Turns a table's rows into JSON values.
 *
 * @param table Any Arrow table.
 * @returns One object per row, its keys those of `arrowColumns`.
 */
export function arrowRows(table: Table): Record<string, unknown>[] {
  const columns = arrowColumns(table).map(({ name }, index) => ({ name, values: readColumn(table.getChildAt(index)!) }));
  // Made from entries, because assigning to a key like __proto__ would not add it.
  return Array.from({ length: table.numRows }, (_, row) => Object.fromEntries(columns.map(({ name, values }) => [name, values[row] ?? null])));
}

function readColumn(vector: Vector): unknown[] {
  const parts = partsOf(vector.type);
  switch (vector.type.typeId as number) {
    case ARROW_TYPE.Decimal:
      return readValues(vector, ({ values, stride }, index) => decimalText(values.subarray(stride * index, stride * (index + 1)), parts.scale));
    case ARROW_TYPE.Date:
      return readValues(vector, ({ values }, index) => parts.unit === 0 ? isoDate(values[index]) : isoTimestamp(BigInt(values[index]), 3).replace(/T.*/, ""));
    case ARROW_TYPE.Time:
      return readValues(vector, ({ values }, index) => isoTime(BigInt(values[index]), parts.unit * 3));
    case ARROW_TYPE.Timestamp:
      return readValues(vector, ({ values }, index) => isoTimestamp(values[index], parts.unit * 3) + (parts.timezone ? "Z" : ""));
    case ARROW_TYPE.Dictionary:
      return readDictionary(vector);
    case ARROW_TYPE.Struct:
      return readStructs(vector);
    case ARROW_TYPE.Map:
      return readMaps(vector);
    case ARROW_TYPE.List:
    case ARROW_TYPE.LargeList:
    case ARROW_TYPE.FixedSizeList:
      return readRuns(vector, readColumn(vector.getChildAt(0)!));
    default:
      return Array.from({ length: vector.length }, (_, index) => plainValue(vector.get(index)));
  }
}

/** Reads values from memory as they lie there: Arrow's own `get` rounds microseconds. */
function readValues(vector: Vector, read: (data: Data, index: number) => unknown): unknown[] {
  return vector.data.flatMap((data) => Array.from({ length: data.length }, (_, index) => (data.getValid(index) ? read(data, index) : null)));
}

function readDictionary(vector: Vector): unknown[] {
  const dictionaries = new Map<Vector, unknown[]>();
  return readValues(vector, ({ values, dictionary }, index) => {
    if (!dictionary) return null;
    const known = dictionaries.get(dictionary) ?? readColumn(dictionary);
    dictionaries.set(dictionary, known);
    return known[Number(values[index])] ?? null;
  });
}

function readStructs(vector: Vector): unknown[] {
  const fields = (vector.type as DataType).children.map(({ name }, index) => ({ name, values: readColumn(vector.getChildAt(index)!) }));
  return Array.from({ length: vector.length }, (_, row) => {
    if (!vector.isValid(row)) return null;
    return Object.fromEntries(fields.map(({ name, values }) => [name, values[row] ?? null]));
  });
}

function readMaps(vector: Vector): unknown[] {
  const entries = vector.getChildAt(0)!;
  const [keys, values] = [readColumn(entries.getChildAt(0)!), readColumn(entries.getChildAt(1)!)];
  const pairs = keys.map((key, index) => ({ key, value: values[index] ?? null }));
  const isObject = isText(entries.type.children[0]!.type);
  return readRuns(vector, pairs).map((run) => (run && isObject ? Object.fromEntries(run.map(({ key, value }) => [key, value])) : run));
}

/** Cuts the members of all lists into those of each. */
function readRuns<T>(vector: Vector, members: T[]): (T[] | null)[] {
  const { listSize } = partsOf(vector.type);
  let base = 0;
  return vector.data.flatMap((data) => {
    const { children, valueOffsets } = data;
    const start = base;
    base += children[0]!.length;
    return Array.from({ length: data.length }, (_, index) => {
      if (!data.getValid(index)) return null;
      const [from, to] = listSize === undefined ? [valueOffsets[index], valueOffsets[index + 1]] : [index * listSize, (index + 1) * listSize];
      return members.slice(start + Number(from), start + Number(to));
    });
  });
}

function isText(type: DataType): boolean {
  return ([ARROW_TYPE.Utf8, ARROW_TYPE.LargeUtf8, ARROW_TYPE.Utf8View] as number[]).includes(type.typeId);
}

/** The value is a two's complement number in 32-bit words, the lowest first. */
function decimalText(words: Uint32Array, scale: number): string {
  const bits = words.reduceRight((value, word) => (value << 32n) | BigInt(word), 0n);
  const value = BigInt.asIntN(32 * words.length, bits);
  if (scale <= 0) return String(value * 10n ** BigInt(-scale));
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Uint8Array) return value.toBase64();
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, plainValue);
  return value;
}
