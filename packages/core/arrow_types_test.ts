import {
  Binary,
  Bool,
  DateDay,
  DateMillisecond,
  Decimal,
  Dictionary,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  LargeUtf8,
  List,
  Map_,
  Null,
  Schema,
  Struct,
  Table,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampNanosecond,
  Type,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from "apache-arrow";
import { assertEquals } from "@std/assert";
import { ARROW_TYPE, arrowColumns, arrowTypeName } from "./arrow_types.ts";

Deno.test("ARROW_TYPE has the numbers of Arrow's own Type", () => {
  for (const [name, number] of Object.entries(ARROW_TYPE)) assertEquals(number as number, Type[name as keyof typeof Type], name);
});

Deno.test("arrowTypeName() speaks Iceberg", () => {
  const entries = new Field(
    "entries",
    new Struct<{ key: Utf8; value: Int64 }>([new Field("key", new Utf8(), false), new Field("value", new Int64(), true)]),
    false,
  );
  const names = [
    [new Null(), "null"],
    [new Bool(), "boolean"],
    [new Int16(), "int"],
    [new Uint16(), "int"],
    [new Int32(), "int"],
    [new Uint32(), "long"],
    [new Int64(), "long"],
    [new Uint64(), "decimal(20, 0)"],
    [new Float32(), "float"],
    [new Float64(), "double"],
    [new Decimal(2, 10), "decimal(10, 2)"],
    [new DateDay(), "date"],
    [new DateMillisecond(), "date"],
    [new TimeMicrosecond(), "time"],
    [new TimestampMicrosecond(), "timestamp"],
    [new TimestampMicrosecond("UTC"), "timestamptz"],
    [new TimestampNanosecond(), "timestamp_ns"],
    [new Utf8(), "string"],
    [new LargeUtf8(), "string"],
    [new Binary(), "binary"],
    [new FixedSizeBinary(16), "fixed[16]"],
    [new Dictionary(new Utf8(), new Int32()), "string"],
    [new List(new Field("item", new Int32(), true)), "list<int>"],
    [new FixedSizeList(3, new Field("item", new Float64(), true)), "list<double>"],
    [new Struct([new Field("a", new Int32(), true), new Field("b", new List(new Field("item", new Utf8(), true)), true)]), "struct<a: int, b: list<string>>"],
    [new Map_(entries), "map<string, long>"],
  ] as const;
  for (const [type, name] of names) assertEquals(arrowTypeName(type), name);
});

Deno.test("arrowColumns() gives columns of the same name different ones", () => {
  const schema = new Schema(["a", "a", "b", "a:1"].map((name) => new Field(name, new Utf8(), true)));
  assertEquals(arrowColumns(new Table(schema)).map(({ name }) => name), ["a", "a:1", "b", "a:1:1"]);
});
