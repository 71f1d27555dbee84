import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { Scratch } from "../testing.ts";
import { unifyLineEndings } from "./line_endings.ts";

async function unify(scratch: Scratch, content: string | Uint8Array, gzip = false): Promise<string> {
  const to = `${scratch.path}/out.csv`;
  await unifyLineEndings(await scratch.write("in.csv", content), to, { gzip });
  return await Deno.readTextFile(to);
}

Deno.test("unifyLineEndings() tells whether lines ended in more than one way, not counting what is quoted", async () => {
  await using scratch = await Scratch.open();
  const contents = ["a\nb\n", "a\r\nb\r\n", "a\rb\r", 'a,"x\r\ny"\nb\n', "a\r\nb\n", "a\nb\r", "a\r\nb\r"];
  const mixed: boolean[] = [];
  for (const content of contents) mixed.push(await unifyLineEndings(await scratch.write("in.csv", content), `${scratch.path}/out.csv`, { gzip: false }));
  assertEquals(mixed, [false, false, false, false, true, true, true]);
});

Deno.test("unifyLineEndings() ends every line with LF", async () => {
  await using scratch = await Scratch.open();
  assertEquals(await unify(scratch, "a\r\nb\nc\rd"), "a\nb\nc\nd");
  assertEquals(await unify(scratch, gzipSync("a\r\nb\n"), true), "a\nb\n");
});

Deno.test("unifyLineEndings() leaves line breaks inside quotes, doubled quotes included", async () => {
  await using scratch = await Scratch.open();
  assertEquals(await unify(scratch, 'a,"x\r\ny ""\r\n"" z"\r\nb,"\r"\r\n'), 'a,"x\r\ny ""\r\n"" z"\nb,"\r"\n');
});

Deno.test("unifyLineEndings() sees a line ending that two chunks share", async () => {
  await using scratch = await Scratch.open();
  // Files are read in chunks of 64 KiB.
  const before = "x".repeat(65_535);
  assertEquals(await unify(scratch, `${before}\r\ny\r\n`), `${before}\ny\n`);
  assertEquals(await unify(scratch, `"${"x".repeat(65_534)}\r\ny"\r\n`), `"${"x".repeat(65_534)}\r\ny"\n`);
});

Deno.test("unifyLineEndings() changes nothing but line endings", async () => {
  await using scratch = await Scratch.open();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.string({ unit: "binary" }).map((text) => text.replaceAll(/["\r\n]/g, "")), fc.constantFrom("\r\n", "\n", "\r"))),
      async (lines) => {
        const text = new TextDecoder().decode(new TextEncoder().encode(lines.map(([line, ending]) => line + ending).join("")));
        assertEquals(await unify(scratch, text), text.replaceAll(/\r\n|\r/g, "\n"));
      },
    ),
    { numRuns: 30 },
  );
});
