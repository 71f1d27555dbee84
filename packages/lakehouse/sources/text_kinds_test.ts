import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { quoteText } from "../duckdb/sql.ts";
import type { Session } from "../duckdb/session.ts";
import { toDuckDBType } from "../duckdb/column_types.ts";
import { Scratch } from "../testing.ts";
import { kindsParse, kindsSql, parsesSql, typeOfKinds, typeOfQuotedKinds } from "./text_kinds.ts";

/** Texts, each with the type that a column of it alone has. */
const TYPE_OF_TEXT: Record<string, string> = {
  "0": "long",
  "-12": "long",
  "9223372036854775807": "long",
  "-9223372036854775808": "long",
  "9223372036854775808": "decimal(38, 0)",
  "99999999999999999999999999999999999999": "decimal(38, 0)",
  "100000000000000000000000000000000000000": "string",
  "007": "string",
  "+49301234567": "string",
  "-0": "double",
  "1.5": "double",
  "+0.5": "double",
  ".5": "double",
  "5.": "double",
  "1e5": "double",
  "1e999": "string",
  "-1.5E-7": "double",
  "00.5": "string",
  "1,5": "string",
  "1_000": "string",
  " 1": "string",
  "0x1F": "string",
  "nan": "string",
  "-": "string",
  ".": "string",
  "2024-02-29": "date",
  "2023-02-29": "string",
  "01-02-2024": "string",
  "2024-01-31 23:59:59": "timestamp",
  "2024-01-31T23:59": "timestamp",
  "2024-01-31 23:59:59.123456": "timestamp",
  "2024-01-31 23:59:59.1234567": "string",
  "2024-01-31 25:00:00": "string",
  "2024-01-31T23:59:59Z": "timestamptz",
  "2024-01-31 23:59:59+02": "timestamptz",
  "2024-01-31 23:59:59.5-05:30": "timestamptz",
  "23:59:59": "time",
  "23:59": "string",
  "true": "boolean",
  "FALSE": "boolean",
  "t": "string",
  "yes": "string",
  "": "string",
  "Braund, Mr. Owen": "string",
  "日本": "string",
};

async function kindsOf(session: Session, texts: readonly (string | null)[]): Promise<number> {
  const list = texts.map((text) => text === null ? "NULL" : quoteText(text)).join(", ");
  const [row] = await session.rows(`SELECT ${kindsSql("v")} AS kinds FROM (SELECT unnest([${list}]::VARCHAR[]) AS v)`);
  return Number(row!["kinds"]);
}

async function typeOf(session: Session, texts: readonly (string | null)[]): Promise<string> {
  return typeOfKinds(await kindsOf(session, texts));
}

Deno.test("typeOfKinds() finds the narrowest type that loses nothing of a text", async () => {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  const found: Record<string, string> = {};
  for (const text of Object.keys(TYPE_OF_TEXT)) found[text] = await typeOf(session, [text]);
  assertEquals(found, TYPE_OF_TEXT);
});

Deno.test("typeOfKinds() finds the type for all texts of a column", async () => {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  assertEquals(await typeOf(session, ["1", null, "2.5"]), "double");
  assertEquals(await typeOf(session, ["1.5", "nan", "-inf"]), "double");
  assertEquals(await typeOf(session, ["1.5", "92233720368547758080"]), "double");
  assertEquals(await typeOf(session, ["1", "92233720368547758080"]), "decimal(38, 0)");
  assertEquals(await typeOf(session, ["2024-01-31", "2024-01-31 10:00:00"]), "timestamp");
  assertEquals(await typeOf(session, ["2024-01-31 10:00:00", "2024-01-31 10:00:00Z"]), "string");
  assertEquals(await typeOf(session, ["true", "1"]), "string");
  assertEquals(await typeOf(session, ["1", "N/A"]), "string");
  assertEquals(await typeOf(session, [null, null]), "string");
});

Deno.test("typeOfQuotedKinds() leaves numbers and booleans in quotes as text", async () => {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  const quoted = async (text: string) => typeOfQuotedKinds(await kindsOf(session, [text]));
  assertEquals([await quoted("12"), await quoted("true"), await quoted("2024-01-31")], ["string", "string", "date"]);
});

Deno.test("kindsParse() says yes only where every text can be read as the type", async () => {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  const kinds = await kindsOf(session, ["1", "2.5"]);
  assertEquals(["string", "double", "long", "date"].filter((type) => kindsParse(kinds, type)), ["string", "double"]);
});

/** Texts that can be read as a type, and the value they are then. */
const PARSES: Record<string, Record<string, string>> = {
  int: { "1": "1", "-2147483648": "-2147483648", "+5": "5", "007": "7" },
  long: { "9223372036854775807": "9223372036854775807", "+5": "5", "007": "7" },
  float: { "1": "1.0", "-inf": "-inf", "1e38": "1e+38" },
  double: { "1": "1.0", "nan": "nan", "-Infinity": "-inf", "+5": "5.0", "007.50": "7.5", "1e300": "1e+300", "-0": "-0.0" },
  "decimal(5, 2)": { "1": "1.00", "-123.45": "-123.45", "+0123.4500": "123.45", ".5": "0.50" },
  date: { "2024-02-29": "2024-02-29" },
  timestamp: { "2024-02-29": "2024-02-29 00:00:00", "2024-02-29T10:00": "2024-02-29 10:00:00" },
  timestamptz: { "2024-02-29 10:00:00+01": "2024-02-29 09:00:00+00" },
  time: { "10:00:00.5": "10:00:00.5" },
  boolean: { true: "true", False: "false" },
  uuid: { "9B2F5F3A-6C8E-4B59-9A35-2F8A9C0B1D2E": "9b2f5f3a-6c8e-4b59-9a35-2f8a9c0b1d2e" },
};

/** Texts that cannot be read as a type: something would be rounded, cut off or made up. */
const DOES_NOT_PARSE: Record<string, string[]> = {
  int: ["2147483648", "1.5", "", "x"],
  long: ["9223372036854775808", "1.0", "1e3", " 1"],
  float: ["1e39", "x"],
  double: ["1e999", "1,5", "", "abc", "e5", "."],
  "decimal(5, 2)": ["1234.5", "1.234", ".", "1e1", "nan"],
  date: ["2023-02-29", "29.02.2024", "2024-02-29 10:00:00"],
  timestamp: ["2024-02-29 10:00:00Z", "10:00"],
  timestamptz: ["2024-02-29 10:00:00"],
  boolean: ["1", "t"],
  uuid: ["x"],
  binary: ["x"],
};

Deno.test("parsesSql() accepts texts whose cast is what they say, and none that it would round or cut", async () => {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  const parses = async (text: string, type: string) => {
    const [row] = await session.rows(`SELECT ${parsesSql("v", type)} AS parses FROM (SELECT ${quoteText(text)} AS v)`);
    return row!["parses"];
  };
  for (const [type, values] of Object.entries(PARSES)) {
    for (const [text, value] of Object.entries(values)) {
      assertEquals(await parses(text, type), true, `${text} as ${type}`);
      const [row] = await session.rows(`SELECT CAST(CAST(${quoteText(text)} AS ${toDuckDBType(type)}) AS VARCHAR) AS value`);
      assertEquals(row!["value"], value, `${text} as ${type}`);
    }
  }
  for (const [type, texts] of Object.entries(DOES_NOT_PARSE)) {
    for (const text of texts) assertEquals(await parses(text, type), false, `${text} as ${type}`);
  }
});

Deno.test("typeOfKinds() loses no digit of any whole number, and reads any number as JavaScript does", async () => {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  await fc.assert(
    fc.asyncProperty(fc.bigInt({ min: -(10n ** 39n), max: 10n ** 39n }), fc.double({ noNaN: true, noDefaultInfinity: true }), async (whole, number) => {
      const type = await typeOf(session, [`${whole}`]);
      const [row] = await session.rows(`SELECT CAST(CAST('${whole}' AS ${toDuckDBType(type)}) AS VARCHAR) AS text`);
      assertEquals(row!["text"], `${whole}`);
      const text = Object.is(number, -0) ? "-0" : `${number}`;
      assertEquals([await typeOf(session, [text, "0.5"])], ["double"], text);
      const [read] = await session.rows(`SELECT CAST('${text}' AS DOUBLE) AS value`);
      assertEquals(read!["value"], number);
    }),
    { numRuns: 100 },
  );
});
