import {
  Binary,
  type Data,
  DateDay,
  DateMillisecond,
  Decimal,
  Dictionary,
  Field,
  FixedSizeList,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  makeVector,
  Map_,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampNanosecond,
  Uint64,
  Utf8,
  Vector,
  vectorFromArray,
} from "apache-arrow";
import { assertEquals } from "@std/assert";
import { arrowRows } from "./arrow_rows.ts";

/** The JSON values of one column. */
function jsonOf(column: Vector): unknown[] {
  return arrowRows(new Table({ value: column })).map((row) => row.value);
}

Deno.test("arrowRows() keeps plain values as they are", () => {
  const table = new Table({
    word: vectorFromArray(["a", null, "ü"], new Utf8()),
    flag: vectorFromArray([true, false, null]),
    count: vectorFromArray([1, null, -3], new Int32()),
  });
  assertEquals(arrowRows(table), [
    { word: "a", flag: true, count: 1 },
    { word: null, flag: false, count: null },
    { word: "ü", flag: null, count: -3 },
  ]);
});

Deno.test("arrowRows() writes integers beyond 2^53 as text, others as numbers", () => {
  const longs = [9007199254740991n, 9007199254740992n, -9007199254740992n, 9223372036854775807n, null, 5n];
  assertEquals(jsonOf(vectorFromArray(longs, new Int64())), [9007199254740991, "9007199254740992", "-9007199254740992", "9223372036854775807", null, 5]);
  assertEquals(jsonOf(makeVector({ type: new Uint64(), data: new BigUint64Array([18446744073709551615n]) } as never)), ["18446744073709551615"]);
});

Deno.test("arrowRows() writes NaN and the infinities as text", () => {
  assertEquals(jsonOf(vectorFromArray([NaN, Infinity, -Infinity, 0.1, null], new Float64())), ["NaN", "Infinity", "-Infinity", 0.1, null]);
});

Deno.test("arrowRows() writes decimals exactly", () => {
  const type = new Decimal(2, 38);
  const words = [[5, 0, 0, 0], [0xfffffffb, 0xffffffff, 0xffffffff, 0xffffffff], [0, 0, 0, 1], [100, 0, 0, 0]].flat();
  assertEquals(jsonOf(makeVector({ type, data: new Uint32Array(words) } as never)), ["0.05", "-0.05", "792281625142643375935439503.36", "1.00"]);
  assertEquals(jsonOf(makeVector({ type: new Decimal(0, 38), data: new Uint32Array([7, 0, 0, 0]) } as never)), ["7"]);
});

Deno.test("arrowRows() keeps every microsecond of times and timestamps", () => {
  const last = 253_402_300_799_999_999n;
  const counts = new BigInt64Array([0n, -1n, last, 1_500_000n]);
  const texts = ["1970-01-01T00:00:00", "1969-12-31T23:59:59.999999", "9999-12-31T23:59:59.999999", "1970-01-01T00:00:01.500"];
  assertEquals(jsonOf(makeVector({ type: new TimestampMicrosecond(), data: counts } as never)), texts);
  assertEquals(jsonOf(makeVector({ type: new TimestampMicrosecond("UTC"), data: counts } as never)), texts.map((text) => `${text}Z`));
  assertEquals(jsonOf(makeVector({ type: new TimestampNanosecond(), data: new BigInt64Array([1n]) } as never)), ["1970-01-01T00:00:00.000000001"]);
  assertEquals(jsonOf(makeVector({ type: new TimeMicrosecond(), data: new BigInt64Array([86_399_000_001n]) } as never)), ["23:59:59.000001"]);
});

Deno.test("arrowRows() writes dates as days", () => {
  assertEquals(jsonOf(makeVector({ type: new DateDay(), data: new Int32Array([0, 19_723, -719_162]) } as never)), ["1970-01-01", "2024-01-01", "0001-01-01"]);
  assertEquals(jsonOf(makeVector({ type: new DateMillisecond(), data: new BigInt64Array([-86_400_000n]) } as never)), ["1969-12-31"]);
});

Deno.test("arrowRows() writes binary values as base64", () => {
  assertEquals(jsonOf(vectorFromArray([new Uint8Array([0, 255]), null, new Uint8Array()], new Binary())), ["AP8=", null, ""]);
});

Deno.test("arrowRows() writes lists and structs, nested and NULL", () => {
  const point = new Struct<{ at: Int64; tags: List<Utf8> }>([
    new Field("at", new Int64(), true),
    new Field("tags", new List(new Field("item", new Utf8(), true)), true),
  ]);
  const values = [[{ at: 9007199254740993n, tags: ["a", null] }, null], null, [], [{ at: null, tags: null }]];
  assertEquals(jsonOf(vectorFromArray(values, new List(new Field("item", point, true)))), [
    [{ at: "9007199254740993", tags: ["a", null] }, null],
    null,
    [],
    [{ at: null, tags: null }],
  ]);
});

Deno.test("arrowRows() writes lists of fixed size", () => {
  const children = [makeData({ type: new Int32(), data: new Int32Array([1, 2, 3, 4]) })];
  const data = makeData({ type: new FixedSizeList(2, new Field("item", new Int32(), true)), length: 2, child: children[0]! });
  assertEquals(jsonOf(new Vector([data])), [[1, 2], [3, 4]]);
});

Deno.test("arrowRows() writes maps as objects if their keys are text, else as pairs", () => {
  assertEquals(jsonOf(mapVector(new Utf8(), ["a", "__proto__", "b"])), ['{"a":1,"__proto__":2}', '{"b":3}'].map((json) => JSON.parse(json)));
  assertEquals(jsonOf(mapVector(new Int32(), [7, 8, 9])), [[{ key: 7, value: 1 }, { key: 8, value: 2 }], [{ key: 9, value: 3 }]]);
});

function mapVector(keyType: Utf8 | Int32, keys: unknown[]): Vector {
  const entry = new Struct<{ key: Utf8 | Int32; value: Int32 }>([new Field("key", keyType, false), new Field("value", new Int32(), true)]);
  const children = [vectorFromArray(keys, keyType).data[0]!, vectorFromArray([1, 2, 3], new Int32()).data[0]!];
  const child = makeData({ type: entry, length: 3, nullCount: 0, children }) as Data;
  return new Vector([makeData({ type: new Map_(new Field("entries", entry, false)), length: 2, valueOffsets: new Int32Array([0, 2, 3]), child } as never)]);
}

Deno.test("arrowRows() looks dictionaries up", () => {
  assertEquals(jsonOf(vectorFromArray(["x", "y", null, "x"], new Dictionary(new Utf8(), new Int32()))), ["x", "y", null, "x"]);
});

Deno.test("arrowRows() reads tables of several batches, sliced ones and ones from a stream alike", () => {
  const type = new List(new Field("item", new Int32(), true));
  const column = vectorFromArray([[1], [2, 3], null], type).concat(vectorFromArray([[4, 5], [], [6]], type));
  const table = new Table({ list: column });
  const rows = [{ list: [1] }, { list: [2, 3] }, { list: null }, { list: [4, 5] }, { list: [] }, { list: [6] }];
  assertEquals(arrowRows(table), rows);
  assertEquals(arrowRows(table.slice(1, 4)), rows.slice(1, 4));
  assertEquals(arrowRows(table.slice(4, 6)), rows.slice(4, 6));
  assertEquals(arrowRows(tableFromIPC(tableToIPC(table))), rows);
});

Deno.test("arrowRows() keeps columns named alike, and one named __proto__", () => {
  const fields = ["a", "a", "__proto__"].map((name) => new Field(name, new Int32(), true));
  const children = [1, 2, 3].map((value) => vectorFromArray([value], new Int32()).data[0]!);
  const table = new Table(new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length: 1, nullCount: 0, children })));
  assertEquals(JSON.stringify(arrowRows(table)), '[{"a":1,"a:1":2,"__proto__":3}]');
});

Deno.test("arrowRows() of no rows is empty", () => {
  assertEquals(arrowRows(new Table(new Schema([new Field("a", new Int32(), true)]))), []);
});
