/**
 * Arrow's types by number and by name. Only types are imported from Arrow, so that nothing of it is loaded.
 *
 * @module
 */
import type { DataType, Table } from "apache-arrow";

/** The values of Arrow's `Type` that are told apart here. */
export const ARROW_TYPE = {
  Null: 1,
  Int: 2,
  Float: 3,
  Binary: 4,
  Utf8: 5,
  Bool: 6,
  Decimal: 7,
  Date: 8,
  Time: 9,
  Timestamp: 10,
  Interval: 11,
  List: 12,
  Struct: 13,
  Union: 14,
  FixedSizeBinary: 15,
  FixedSizeList: 16,
  Map: 17,
  Duration: 18,
  LargeBinary: 19,
  LargeUtf8: 20,
  LargeList: 21,
  BinaryView: 23,
  Utf8View: 24,
  Dictionary: -1,
} as const;

/** The parts of Arrow's types that names and values depend on; which of them a type has follows from its `typeId`. */
export interface ArrowTypeParts {
  /** Of integers: whether there are negative ones. */
  isSigned: boolean;
  /** Of integers and decimals. */
  bitWidth: number;
  /** Of floats (0 half, 1 single, 2 double) and decimals (digits). */
  precision: number;
  /** Of decimals: digits after the point. */
  scale: number;
  /** Of dates (0 day), times and timestamps (0 s, 1 ms, 2 us, 3 ns). */
  unit: number;
  /** Of timestamps: present when they are points in time. */
  timezone?: string | null;
  /** Of binary values of fixed size. */
  byteWidth: number;
  /** Of lists of fixed size. */
  listSize: number;
  /** Of dictionaries: the type of the values. */
  dictionary: DataType;
}

const NAME_BY_TYPE: Record<number, string> = {
  [ARROW_TYPE.Null]: "null",
  [ARROW_TYPE.Bool]: "boolean",
  [ARROW_TYPE.Utf8]: "string",
  [ARROW_TYPE.LargeUtf8]: "string",
  [ARROW_TYPE.Utf8View]: "string",
  [ARROW_TYPE.Binary]: "binary",
  [ARROW_TYPE.LargeBinary]: "binary",
  [ARROW_TYPE.BinaryView]: "binary",
  [ARROW_TYPE.Date]: "date",
  [ARROW_TYPE.Time]: "time",
  [ARROW_TYPE.Interval]: "interval",
  [ARROW_TYPE.Duration]: "duration",
  [ARROW_TYPE.Union]: "union",
};

/** The parts of a type. */
export function partsOf(type: DataType): ArrowTypeParts {
  return type as unknown as ArrowTypeParts;
}

/**
 * The name of a type in Iceberg's words, as far as Iceberg has one.
 *
 * @param type An Arrow type.
 * @returns Such as `long`, `decimal(10, 2)`, `timestamptz`, `list<string>`.
 */
export function arrowTypeName(type: DataType): string {
  const parts = partsOf(type);
  switch (type.typeId as number) {
    case ARROW_TYPE.Int:
      return integerName(parts);
    case ARROW_TYPE.Float:
      return parts.precision === 2 ? "double" : "float";
    case ARROW_TYPE.Decimal:
      return `decimal(${parts.precision}, ${parts.scale})`;
    case ARROW_TYPE.Timestamp:
      return `timestamp${parts.timezone ? "tz" : ""}${parts.unit === 3 ? "_ns" : ""}`;
    case ARROW_TYPE.FixedSizeBinary:
      return `fixed[${parts.byteWidth}]`;
    case ARROW_TYPE.Dictionary:
      return arrowTypeName(parts.dictionary);
    case ARROW_TYPE.List:
    case ARROW_TYPE.LargeList:
    case ARROW_TYPE.FixedSizeList:
      return `list<${arrowTypeName(type.children[0]!.type)}>`;
    case ARROW_TYPE.Map:
      return `map<${(type.children[0]!.type as DataType).children.map((field) => arrowTypeName(field.type)).join(", ")}>`;
    case ARROW_TYPE.Struct:
      return `struct<${type.children.map((field) => `${field.name}: ${arrowTypeName(field.type)}`).join(", ")}>`;
    default:
      return NAME_BY_TYPE[type.typeId as number] ?? "unknown";
  }
}

/**
 * The columns of a result, under names that differ: a name that comes up again gets a number.
 *
 * @param result A table.
 * @returns Names and types, in order.
 */
export function arrowColumns({ schema }: Table): { name: string; type: string }[] {
  const taken = new Set<string>();
  return schema.fields.map((field) => {
    let name = field.name;
    for (let number = 1; taken.has(name); number++) name = `${field.name}:${number}`;
    taken.add(name);
    return { name, type: arrowTypeName(field.type) };
  });
}

function integerName({ bitWidth, isSigned }: ArrowTypeParts): string {
  if (bitWidth < 32 || (bitWidth === 32 && isSigned)) return "int";
  return bitWidth === 32 || isSigned ? "long" : "decimal(20, 0)";
}
