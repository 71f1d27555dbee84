import { type FileFormat, TerminalError, UsageError } from "@wap/core";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { Scratch } from "../testing.ts";
import { findSources } from "./source_file.ts";

async function makeTree(): Promise<Scratch> {
  const scratch = await Scratch.open();
  for (const name of ["a.csv", "b.csv", "c.parquet", "sub/d.csv", "sub/deep/e.csv", "odd [1] name%20.csv"]) await scratch.write(name, "x\n1\n");
  return scratch;
}

async function namesOf(patterns: string[]): Promise<string[]> {
  return (await findSources(patterns)).map(({ name }) => basename(name));
}

Deno.test("findSources() expands patterns, sorts by URI and lists each file once", async () => {
  await using tree = await makeTree();
  const root = tree.path;
  assertEquals(await namesOf([`${root}/b.csv`, `${root}/*.csv`]), ["a.csv", "b.csv", "odd [1] name%20.csv"]);
  assertEquals(await namesOf([`${root}/**/*.csv`]), ["a.csv", "b.csv", "odd [1] name%20.csv", "d.csv", "e.csv"]);
  assertEquals(await namesOf([`${root}/{a,c}.*`]), ["a.csv", "c.parquet"]);
  assertEquals(await namesOf([`${root}/?.parquet`]), ["c.parquet"]);
});

Deno.test("findSources() takes a name with special characters as it is when there is such a file", async () => {
  await using tree = await makeTree();
  const path = `${tree.path}/odd [1] name%20.csv`;
  const [source] = await findSources([path]);
  assertEquals(source, { uri: pathToFileURL(path).href, name: path, path, format: "csv" });
  assertEquals(await findSources([source!.uri]), [source!]);
});

Deno.test("findSources() tells the format by the ending, and takes the one it is told", async () => {
  await using scratch = await Scratch.open();
  const names: Record<string, FileFormat> = {
    "a.parquet": "parquet",
    "b.CSV": "csv",
    "c.tsv.gz": "csv",
    "d.json": "json",
    "e.jsonl.gz": "json",
    "f.ndjson": "json",
  };
  for (const name of Object.keys(names)) await scratch.write(name, "x");
  const found = await findSources([`${scratch.path}/*`]);
  assertEquals(Object.fromEntries(found.map(({ name, format }) => [basename(name), format])), names);
  assertEquals((await findSources([await scratch.write("plain.txt", "x")], { format: "csv" })).map(({ format }) => format), ["csv"]);
});

Deno.test("findSources() finds http(s) URLs and hides their query in messages", async () => {
  const [source] = await findSources(["https://example.org/data/a.csv.gz?token=secret#part"]);
  assertEquals(source, { uri: "https://example.org/data/a.csv.gz?token=secret", name: "https://example.org/data/a.csv.gz", path: null, format: "csv" });
});

Deno.test("findSources() refuses what it cannot import, and says why", async () => {
  await using tree = await makeTree();
  const refusals: [pattern: string, errorClass: typeof TerminalError | typeof UsageError, message: RegExp][] = [
    [`${tree.path}/missing.csv`, TerminalError, /missing\.csv": there is no such file$/],
    [`${tree.path}/a.csv/below.csv`, TerminalError, /there is no such file$/],
    [`${tree.path}/*.json`, TerminalError, /\*\.json": no file matches the pattern$/],
    [`${tree.path}/sub`, TerminalError, /sub": it is a folder$/],
    ["relative/a.csv", UsageError, /not absolute$/],
    ["s3://bucket/a.parquet", UsageError, /does not read s3:\/\/ yet$/],
    ["https://ann:secret@example.org/a.csv", UsageError, /^Cannot import from https:\/\/example\.org\/a\.csv: .*password/],
    ["file://elsewhere/a.csv", UsageError, /not the URI of a file/],
    [await tree.write("notes.txt", "x"), UsageError, /does not tell the format$/],
    [await tree.write("a.parquet.gz", "x"), UsageError, /does not tell the format$/],
  ];
  for (const [pattern, errorClass, message] of refusals) {
    const error = await assertRejects(() => findSources([pattern]), errorClass);
    assertMatch(error.message, message);
  }
});
