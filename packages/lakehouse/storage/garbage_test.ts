import { assertEquals } from "@std/assert";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NOTE, TestLakehouse } from "../testing.ts";

const TABLE = { namespace: "n", name: "t" };

const NOW = { dryRun: false, olderThanMs: 0 };

Deno.test("collectGarbage() removes what only a deleted branch had, and keeps what any commit of any ref names", async () => {
  await using test = await TestLakehouse.open();
  const [a, b] = [await test.scratch.write("a.csv", "id\n1\n"), await test.scratch.write("b.csv", "id\n2\n")];
  await test.import([a]);
  await test.lakehouse.materialize({ branch: "main", table: TABLE, sql: "SELECT 5::BIGINT AS id", ...NOTE });
  await test.lakehouse.createBranch("dev", { from: "main" });
  await test.import([b], { branch: "dev" });
  assertEquals((await test.files()).length, 3);
  assertEquals(await test.lakehouse.collectGarbage(NOW), []);
  await test.lakehouse.deleteBranch("dev");
  const found = await test.lakehouse.collectGarbage({ ...NOW, dryRun: true });
  assertEquals([found.length, (await test.files()).length], [1, 3]);
  assertEquals((await test.lakehouse.collectGarbage(NOW)).map((file) => file.path), found.map((file) => file.path));
  assertEquals((await test.files()).length, 2);
  assertEquals(await test.rows("SELECT id FROM n.t"), [{ id: "5" }]);
});

Deno.test("collectGarbage() leaves files alone that are younger than the limit: they may be on their way to a commit", async () => {
  await using test = await TestLakehouse.open();
  const folder = join(test.scratch.path, "lakehouse/data/n/t-x");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "half.parquet"), "PAR1");
  assertEquals(await test.lakehouse.collectGarbage({ dryRun: false, olderThanMs: 3_600_000 }), []);
});

Deno.test("collectGarbage() keeps what a tag names, and a merged branch's files", async () => {
  await using test = await TestLakehouse.open();
  const a = await test.scratch.write("a.csv", "id\n1\n");
  await test.lakehouse.createBranch("dev", { from: "main" });
  await test.import([a], { branch: "dev" });
  await test.lakehouse.createTag("v1", { from: "dev" });
  await test.lakehouse.deleteBranch("dev");
  assertEquals(await test.lakehouse.collectGarbage(NOW), []);
  await test.lakehouse.merge({ source: "v1", target: "main", ...NOTE });
  await test.lakehouse.deleteTag("v1");
  assertEquals(await test.lakehouse.collectGarbage(NOW), []);
});

Deno.test("collectGarbage() finds what killed processes left in staging: half-written files, unfinished downloads", async () => {
  await using test = await TestLakehouse.open();
  const dead = (await new Deno.Command(Deno.execPath(), { args: ["eval", "console.log(Deno.pid, Deno.hostname())"] }).output()).stdout;
  const [pid, host] = new TextDecoder().decode(dead).trim().split(" ");
  const staging = join(test.root, "staging");
  await mkdir(join(staging, `${host}+${pid}+x/rows`), { recursive: true });
  await mkdir(join(staging, "kept"), { recursive: true });
  await writeFile(join(staging, `${host}+${pid}+x/rows/half.parquet`), "PAR1");
  await writeFile(join(staging, "kept/download-1.part"), "half");
  await Deno.utime(join(staging, "kept/download-1.part"), 0, 0);
  const found = await test.lakehouse.collectGarbage({ dryRun: true, olderThanMs: 1 });
  assertEquals(found.map(({ path, size }) => [path, size]), [["staging/kept/download-1.part", 4], [`staging/${host}+${pid}+x`, 4]]);
  await test.lakehouse.collectGarbage({ dryRun: false, olderThanMs: 1 });
  assertEquals(await test.lakehouse.collectGarbage({ dryRun: true, olderThanMs: 1 }), []);
});
