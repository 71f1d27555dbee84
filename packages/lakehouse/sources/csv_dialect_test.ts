import { TerminalError } from "@wap/core";
import { assertEquals, assertThrows } from "@std/assert";
import { gzipSync } from "node:zlib";
import { Scratch } from "../testing.ts";
import { type CsvDialect, readDialect, readHead } from "./csv_dialect.ts";

function dialectOf(text: string, name = "a.csv"): CsvDialect {
  return readDialect({ bytes: new TextEncoder().encode(text), gzip: false }, name);
}

Deno.test("readDialect() takes the delimiter that the header has most of", () => {
  assertEquals(dialectOf("a,b,c\n1;2;3;4;5\n"), { delimiter: ",", names: ["a", "b", "c"] });
  assertEquals(dialectOf("a;b,c;d\r\n"), { delimiter: ";", names: ["a", "b,c", "d"] });
  assertEquals(dialectOf("a|b"), { delimiter: "|", names: ["a", "b"] });
  assertEquals(dialectOf("a\tb\n"), { delimiter: "\t", names: ["a", "b"] });
});

Deno.test("readDialect() separates .tsv by tabs only", () => {
  assertEquals(dialectOf("a,b,c\td\n", "a.tsv"), { delimiter: "\t", names: ["a,b,c", "d"] });
});

Deno.test("readDialect() reads quoted names with delimiters, quotes and line breaks in them", () => {
  assertEquals(dialectOf('"a, b","say ""hi""","two\nlines"\n1,2,3\n').names, ["a, b", 'say "hi"', "two\nlines"]);
});

Deno.test("readDialect() takes a single column, a byte order mark and names that are missing", () => {
  assertEquals(dialectOf("only\n1\n"), { delimiter: ",", names: ["only"] });
  assertEquals(dialectOf("\ufeffid,naïve\n").names, ["id", "naïve"]);
  assertEquals(dialectOf(",a,\n").names, ["column_1", "a", "column_3"]);
});

Deno.test("readDialect() refuses a header that is empty or not UTF-8", () => {
  assertThrows(() => dialectOf("\n1,2\n"), TerminalError, "its first line, the header, is empty");
  const utf16 = new Uint8Array([0xff, 0xfe, 0x61, 0x00, 0x0a, 0x00]);
  assertThrows(() => readDialect({ bytes: utf16, gzip: false }, "a.csv"), TerminalError, "not UTF-8");
  assertThrows(() => readDialect({ bytes: new Uint8Array([0x61, 0xe9, 0x0a]), gzip: false }, "a.csv"), TerminalError, "not UTF-8");
});

Deno.test("readHead() reads the beginning of a file, through gzip by its content and not its name", async () => {
  await using scratch = await Scratch.open();
  const text = "a,b\n" + "1,2\n".repeat(1000);
  const plain = await readHead(await scratch.write("a.csv", text));
  const zipped = await readHead(await scratch.write("b.csv", gzipSync(text)));
  assertEquals([plain.gzip, zipped.gzip], [false, true]);
  assertEquals([new TextDecoder().decode(plain.bytes), new TextDecoder().decode(zipped.bytes)], [text, text]);
});

Deno.test("readHead() does not read a large file to its end", async () => {
  await using scratch = await Scratch.open();
  const { bytes } = await readHead(await scratch.write("a.csv", "x".repeat(8_000_000)));
  assertEquals(bytes.length >= 1_000_000 && bytes.length < 2_000_000, true);
});
