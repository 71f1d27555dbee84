import { HeadMovedError, type ImportProgress, NotFoundError, TerminalError } from "@wap/core";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { NOTE, TestLakehouse } from "../testing.ts";

const TABLE = { namespace: "n", name: "t" };

Deno.test("an import makes the table and its namespace, in one commit with what was said about it", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id,name\n1,x\n2,y\n");
  const plan = await test.lakehouse.planImport({ table: TABLE, mode: "append", from: [path] }, { ref: "main" });
  assertEquals(plan.columns, [{ name: "id", type: "long", required: false }, { name: "name", type: "string", required: false }]);
  assertEquals(plan.addedColumns, []);
  const report = await test.lakehouse.applyImport(plan, { branch: "main", message: "Import", author: "ann", properties: { "wap.run_id": "r1" } });
  assertEquals(report, { commit: await test.lakehouse.resolve("main"), filesImported: 1, filesSkipped: 0, rowsImported: 2, bytesImported: 16 });
  const [commit] = await Array.fromAsync(test.lakehouse.log("main", { limit: 1 }));
  assertEquals([commit!.message, commit!.author, commit!.properties], ["Import", "ann", { "wap.run_id": "r1" }]);
  assertEquals(await test.rows("SELECT * FROM n.t ORDER BY id"), [{ id: "1", name: "x" }, { id: "2", name: "y" }]);
});

Deno.test("an import reads all formats together", async () => {
  await using test = await TestLakehouse.open();
  const files = [
    await test.scratch.write("a.csv", "id,x\n1,1.5\n"),
    await test.scratch.write("b.tsv.gz", gzipSync("x\tid\n2\t2\n")),
    await test.scratch.write("c.jsonl", '{"id":3,"x":null}\n'),
    await test.scratch.write("d.json", '[{"id":4}]'),
    await test.scratch.writeParquet("e.parquet", "SELECT 5::INTEGER AS id, 5.5::FLOAT AS x"),
  ];
  assertEquals((await test.import(files)).filesImported, 5);
  assertEquals(await test.columns(), ["id long", "x double"]);
  assertEquals((await test.rows("SELECT id, x FROM n.t ORDER BY id")).map(({ id, x }) => [id, x]), [["1", "1.5"], ["2", "2.0"], ["3", null], ["4", null], [
    "5",
    "5.5",
  ]]);
});

Deno.test("an import of many small files makes one data file", async () => {
  await using test = await TestLakehouse.open();
  const files = await Promise.all(Array.from({ length: 40 }, (_, index) => test.scratch.write(`${index}.csv`, `id\n${index}\n`)));
  await test.import(files);
  assertEquals((await test.files()).filter((file) => file.endsWith(".parquet")).length, 1);
  assertEquals(await test.rows("SELECT count(DISTINCT id) AS n FROM n.t"), [{ n: "40" }]);
});

Deno.test("an import writes data files under the table's folder, with field ids, and leaves nothing in staging", async () => {
  await using test = await TestLakehouse.open();
  await test.import(await test.scratch.write("a.csv", "id,name\n1,x\n"));
  const [file, ...rest] = await test.files();
  assertEquals(rest, []);
  assert(/^data\/n\/t-[0-9a-f-]{36}\/[0-9a-f-]{36}\.parquet$/.test(file!), file);
  using session = await test.scratch.session();
  const elements = await session.rows(`SELECT name, field_id FROM parquet_schema('${test.root}/${file}') WHERE field_id IS NOT NULL`);
  assertEquals(elements.map(({ name, field_id }) => [name, Number(field_id)]), [["id", 1], ["name", 2]]);
});

Deno.test("a file that changes between plan and import is refused, and nothing is left of the import", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id\n1\n");
  const plan = await test.lakehouse.planImport({ table: TABLE, mode: "append", from: [path] }, { ref: "main" });
  await test.scratch.write("a.csv", "id\n2\n");
  const error = await assertRejects(() => test.lakehouse.applyImport(plan, { branch: "main", ...NOTE }), TerminalError);
  assertEquals(error.code, "source_changed");
  await Deno.remove(path);
  await assertRejects(() => test.lakehouse.applyImport(plan, { branch: "main", ...NOTE }), TerminalError, "there is no such file");
  assertEquals([await test.files(), await test.lakehouse.listTables("main")], [[], []]);
});

Deno.test("a plan outlives the process that made it", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id,x\r\n1,a\n2,b\r\n");
  const plan = await test.lakehouse.planImport({ table: TABLE, mode: "append", from: [path] }, { ref: "main" });
  await Deno.remove(`${test.root}/staging`, { recursive: true });
  const { openLakehouse } = await import("../mod.ts");
  await using other = openLakehouse({ path: test.root });
  assertEquals((await other.applyImport(JSON.parse(JSON.stringify(plan)), { branch: "main", ...NOTE })).rowsImported, 2);
});

Deno.test("an import tells how far it is, from nothing to everything", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id\n1\n2\n");
  const plan = await test.lakehouse.planImport({ table: TABLE, mode: "append", from: [path] }, { ref: "main" });
  const told: ImportProgress[] = [];
  await test.lakehouse.applyImport(plan, { branch: "main", ...NOTE, onProgress: (progress) => told.push(progress) });
  assertEquals(told.at(0), { files: 0, totalFiles: 1, rows: 0, bytes: 0, totalBytes: 7 });
  assertEquals(told.at(-1), { files: 1, totalFiles: 1, rows: 2, bytes: 7, totalBytes: 7 });
});

Deno.test("an import that is aborted leaves neither rows nor files", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.writeParquet("a.parquet", "SELECT i, hash(i) AS h FROM range(3000000) t(i)");
  const plan = await test.lakehouse.planImport({ table: TABLE, mode: "append", from: [path] }, { ref: "main" });
  const controller = new AbortController();
  const onProgress = () => controller.abort(new Error("enough"));
  await assertRejects(() => test.lakehouse.applyImport(plan, { branch: "main", ...NOTE, signal: controller.signal, onProgress }), Error, "enough");
  assertEquals([await test.files(), await test.lakehouse.listTables("main")], [[], []]);
});

Deno.test("an import into a branch that is not there is refused before anything is read", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.write("a.csv", "id\n1\n");
  const plan = await test.lakehouse.planImport({ table: TABLE, mode: "append", from: [path] }, { ref: "main" });
  await assertRejects(() => test.lakehouse.applyImport(plan, { branch: "nowhere", ...NOTE }), NotFoundError);
  assertEquals(await test.files(), []);
});

Deno.test("imports into one table at the same time are both kept, a file never twice", async () => {
  await using test = await TestLakehouse.open();
  await test.import(await test.scratch.write("a.csv", "id\n0\n"));
  const files = await Promise.all([1, 2, 3].map((n) => test.scratch.write(`${n}.csv`, `id\n${n}\n`)));
  const plans = await Promise.all(files.map((from) => test.lakehouse.planImport({ table: TABLE, mode: "append", from: [from] }, { ref: "main" })));
  await Promise.all(plans.map((plan) => test.lakehouse.applyImport(plan, { branch: "main", ...NOTE })));
  assertEquals((await test.rows("SELECT id FROM n.t ORDER BY id")).map(({ id }) => id), ["0", "1", "2", "3"]);
  const same = await test.lakehouse.planImport({ table: TABLE, mode: "append", from: [await test.scratch.write("4.csv", "id\n4\n")] }, { ref: "main" });
  const twice = await Promise.allSettled([1, 2].map(() => test.lakehouse.applyImport(same, { branch: "main", ...NOTE })));
  // The second either finds the file in the table, or that the table moved under it.
  for (const outcome of twice) if (outcome.status === "rejected") assert(outcome.reason instanceof HeadMovedError, String(outcome.reason));
  assertEquals(await test.rows("SELECT count(*) AS n FROM n.t"), [{ n: "5" }]);
  assertEquals((await test.files()).length, 5);
});

Deno.test("of two replacements at the same time one is refused, and its files are removed", async () => {
  await using test = await TestLakehouse.open();
  await test.import(await test.scratch.write("a.csv", "id\n0\n"));
  const files = await Promise.all([1, 2].map((n) => test.scratch.write(`${n}.csv`, `id\n${n}\n`)));
  const plans = await Promise.all(files.map((from) => test.lakehouse.planImport({ table: TABLE, mode: "replace", from: [from] }, { ref: "main" })));
  const outcomes = await Promise.allSettled(plans.map((plan) => test.lakehouse.applyImport(plan, { branch: "main", ...NOTE })));
  const [refused, ...others] = outcomes.filter((outcome) => outcome.status === "rejected");
  assertEquals(others, []);
  assert(refused!.reason instanceof HeadMovedError, String(refused!.reason));
  const winner = outcomes.findIndex((outcome) => outcome.status === "fulfilled") + 1;
  assertEquals(await test.rows("SELECT id FROM n.t"), [{ id: `${winner}` }]);
  // The first import's file stays for those who read older commits.
  assertEquals((await test.files()).length, 2);
});
