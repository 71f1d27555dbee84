import { TerminalError } from "@wap/core";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { TestLakehouse } from "../testing.ts";

Deno.test("a file that the table has is skipped, also under another spelling of its path", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id\n1\n");
  await test.import(path);
  const before = await test.lakehouse.resolve("main");
  assertEquals(await test.import(path.replace("/a.csv", "/./a.csv")), { commit: before, filesImported: 0, filesSkipped: 1, rowsImported: 0, bytesImported: 0 });
  const both = await test.import([path, await test.scratch.write("b.csv", "id\n2\n")]);
  assertEquals([both.filesImported, both.filesSkipped, both.rowsImported], [1, 1, 1]);
  assertEquals((await test.import(path, { importDuplicateFiles: true })).rowsImported, 1);
  assertEquals(await test.rows("SELECT id FROM n.t ORDER BY id"), [{ id: "1" }, { id: "1" }, { id: "2" }]);
});

Deno.test("a file whose content changed since it was imported is refused, unless it replaces or is to be added", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id\n1\n");
  await test.import(path);
  await test.scratch.write("a.csv", "id\n2\n");
  const error = await assertRejects(() => test.import(path), TerminalError);
  assertEquals(error.code, "source_changed");
  assertStringIncludes(error.hint!, "--import-duplicate-files");
  assertEquals((await test.import(path, { mode: "replace" })).rowsImported, 1);
  assertEquals(await test.rows("SELECT id FROM n.t"), [{ id: "2" }]);
});

Deno.test("replace reads the very files again that the table was given, and forgets the others", async () => {
  await using test = await TestLakehouse.open();
  const [a, b] = [await test.scratch.write("a.csv", "id\n1\n"), await test.scratch.write("b.csv", "id\n2\n")];
  await test.import([a, b], { mode: "replace" });
  assertEquals((await test.import([a], { mode: "replace" })).filesImported, 1);
  assertEquals((await test.import([a], { mode: "replace" })).filesImported, 1);
  assertEquals(await test.rows("SELECT id FROM n.t"), [{ id: "1" }]);
  assertEquals([(await test.import([a])).filesSkipped, (await test.import([b])).filesImported], [1, 1]);
});

Deno.test("planImport() writes nothing to the catalog, and plans nothing for files that are there", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id\n1\n");
  await test.import(path);
  const before = await test.lakehouse.resolve("main");
  const request = { table: { namespace: "n", name: "t" }, mode: "append" as const, from: [path] };
  const plan = await test.lakehouse.planImport(request, { ref: "main" });
  assertEquals([plan.request, plan.columns, plan.addedColumns], [request, [], []]);
  assertEquals(plan.files.map(({ format, size, status }) => [format, size, status]), [["csv", 5, "imported"]]);
  assertEquals(await test.lakehouse.resolve("main"), before);
});
