/**
 * The contract of planning and applying imports, when all goes well.
 *
 * @module
 */
import { type ImportProgress, TerminalError } from "@wap/core";
import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { pathToFileURL } from "node:url";
import { type ContractTests, NOTE, TRIPS } from "./world.ts";

/** The contract of imports. */
export const importContract: ContractTests = {
  "planImport() names the files by URI in order, with size, fingerprint, format and status, and writes nothing": async (world) => {
    const { lakehouse } = world;
    const [b, a] = [await world.write("b 1.csv", "id", "2"), await world.write("a.jsonl", '{"id": 1}')];
    const refs = await world.refs();
    const request = { table: TRIPS, mode: "append" as const, from: [b, a] };
    const plan = await lakehouse.planImport(request, { ref: "main" });
    assertEquals(plan.request, request);
    assertEquals(plan.files.map(({ uri, size, format, status }) => ({ uri, size, format, status })), [
      { uri: pathToFileURL(a).href, size: 10, format: "json", status: "new" },
      { uri: pathToFileURL(b).href, size: 5, format: "csv", status: "new" },
    ]);
    assertEquals(plan.columns.map((column) => column.name), ["id"]);
    assertEquals(plan.addedColumns, []);
    assertEquals([await world.refs(), await lakehouse.listTables("main")], [refs, []]);
  },

  "planImport() takes a file's fingerprint from its content": async (world) => {
    const fingerprint = async (...lines: string[]) => {
      const from = [await world.write("a.csv", ...lines)];
      const plan = await world.lakehouse.planImport({ table: TRIPS, mode: "append", from }, { ref: "main" });
      return plan.files[0]!.fingerprint;
    };
    const first = await fingerprint("id", "1");
    assertEquals(await fingerprint("id", "1"), first);
    assertNotEquals(await fingerprint("id", "2"), first);
  },

  "a plan survives being kept as JSON": async (world) => {
    const request = { table: TRIPS, mode: "append" as const, from: [await world.write("a.csv", "id", "1")] };
    const plan = await world.lakehouse.planImport(request, { ref: "main" });
    const kept = JSON.parse(JSON.stringify(plan));
    assertEquals(kept, plan);
    assertEquals((await world.lakehouse.applyImport(kept, { branch: "main", ...NOTE })).rowsImported, 1);
  },

  "applyImport() reads Parquet, CSV and JSON lines": async (world) => {
    const rows = [{ id: 1, name: "x" }, { id: 2, name: null }];
    const files = {
      parquet: await world.writeParquet("a.parquet", "SELECT * FROM (VALUES (1, 'x'), (2, NULL)) AS t(id, name)"),
      csv: await world.write("b.csv", "id,name", "1,x", "2,"),
      json: await world.write("c.jsonl", '{"id": 1, "name": "x"}', '{"id": 2, "name": null}'),
    };
    for (const [format, from] of Object.entries(files)) {
      await world.import({ from, table: `formats.${format}` });
      assertEquals(await world.rows(`SELECT id::INTEGER AS id, name FROM formats.${format} ORDER BY id`), rows, format);
    }
  },

  "applyImport() takes a format that the file's ending does not tell": async (world) => {
    await world.import({ from: await world.write("a.txt", "id", "1"), format: "csv" });
    assertEquals(await world.ids(), [1]);
  },

  "applyImport() reads files that a glob stands for, and several patterns, each file once": async (world) => {
    const from = [await world.write("2024-01.csv", "id", "1"), await world.write("2024-02.csv", "id", "2"), await world.write("2023-12.csv", "id", "0")];
    const report = await world.import({ from: [`${world.folder}/2024-*.csv`, from[0]!] });
    assertEquals([report.filesImported, report.rowsImported], [2, 2]);
    assertEquals(await world.ids(), [1, 2]);
  },

  "applyImport() reports what it did, makes the namespace, and leaves one commit behind": async (world) => {
    const start = await world.lakehouse.resolve("main");
    const from = [await world.write("a.csv", "id", "1", "2"), await world.write("b.csv", "id", "3")];
    const report = await world.import({ from, table: "brand_new.trips" });
    assertEquals(report, { commit: await world.lakehouse.resolve("main"), filesImported: 2, filesSkipped: 0, rowsImported: 3, bytesImported: 7 + 5 });
    assertEquals((await world.commits("main", start)).map((commit) => commit.hash), [report.commit]);
    assertEquals(await world.ids("main", "brand_new.trips"), [1, 2, 3]);
  },

  "applyImport() says how far it is, never going back, and ends at all of it": async (world) => {
    const from = [await world.write("a.csv", "id", "1", "2"), await world.write("b.csv", "id", "3")];
    const plan = await world.lakehouse.planImport({ table: TRIPS, mode: "append", from }, { ref: "main" });
    const seen: ImportProgress[] = [];
    await world.lakehouse.applyImport(plan, { branch: "main", ...NOTE, onProgress: (progress) => seen.push({ ...progress }) });
    assertEquals(seen.at(-1), { files: 2, totalFiles: 2, rows: 3, bytes: 12, totalBytes: 12 });
    for (const [index, progress] of seen.slice(1).entries()) {
      const before = seen[index]!;
      assert(progress.files >= before.files && progress.rows >= before.rows && progress.bytes >= before.bytes, JSON.stringify(seen));
    }
  },

  "applyImport() reads files by URL, and a server that refuses one is an error that names it": async (world) => {
    const answer = ({ url }: Request) => (url.endsWith("/a.csv") ? new Response("id\n1\n") : new Response("", { status: 404 }));
    await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, answer);
    const origin = `http://127.0.0.1:${server.addr.port}`;
    const { files } = await world.lakehouse.planImport({ table: TRIPS, mode: "append", from: [`${origin}/a.csv`] }, { ref: "main" });
    assertEquals(files.map(({ uri, size, status }) => [uri, size, status]), [[`${origin}/a.csv`, 5, "new"]]);
    assertEquals((await world.import({ from: `${origin}/a.csv` })).rowsImported, 1);
    assertEquals((await world.import({ from: `${origin}/a.csv` })).filesSkipped, 1);
    const error = await assertRejects(() => world.import({ from: `${origin}/missing.csv` }), TerminalError);
    assertStringIncludes(error.message, `${origin}/missing.csv`);
    assertEquals(await world.ids(), [1]);
  },

  "append adds rows to those that are there, replace puts them in their place": async (world) => {
    await world.import({ from: await world.write("a.csv", "id", "1") });
    await world.import({ from: await world.write("b.csv", "id", "2") });
    assertEquals(await world.ids(), [1, 2]);
    await world.import({ from: await world.write("c.csv", "id", "3"), mode: "replace" });
    assertEquals(await world.ids(), [3]);
    assertEquals((await world.trips()).records, 1);
  },

  "replace of a table with files it has leaves the rows of those files": async (world) => {
    const [a, b] = [await world.write("a.csv", "id", "1"), await world.write("b.csv", "id", "2")];
    await world.import({ from: [a, b] });
    await world.import({ from: [a], mode: "replace" });
    assertEquals(await world.ids(), [1]);
  },

  "replace with the files a table has puts their rows in place of what was made of them": async (world) => {
    const from = await world.write("a.csv", "id", "1");
    await world.import({ from });
    await world.import({ from, importDuplicateFiles: true });
    await world.lakehouse.materialize({ branch: "main", table: TRIPS, sql: "SELECT id * 10 AS id FROM taxi.trips", ...NOTE });
    assertEquals(await world.ids(), [10, 10]);
    await world.import({ from, mode: "replace" });
    assertEquals(await world.ids(), [1]);
  },

  "replace takes files with fewer columns": async (world) => {
    await world.import({ from: await world.write("a.csv", "id,name", "1,x") });
    await world.import({ from: await world.write("b.csv", "id", "2"), mode: "replace" });
    assertEquals(await world.ids(), [2]);
  },

  "a file that the table has is skipped": async (world) => {
    const [a, b] = [await world.write("a.csv", "id", "1"), await world.write("b.csv", "id", "2")];
    await world.import({ from: a });
    const plan = await world.lakehouse.planImport({ table: TRIPS, mode: "append", from: [a, b] }, { ref: "main" });
    assertEquals(plan.files.map((file) => file.status), ["imported", "new"]);
    const report = await world.lakehouse.applyImport(plan, { branch: "main", ...NOTE });
    assertEquals([report.filesImported, report.filesSkipped, report.rowsImported], [1, 1, 1]);
    assertEquals(await world.ids(), [1, 2]);
  },

  "an import of nothing but skipped files changes no row": async (world) => {
    const from = await world.write("a.csv", "id", "1");
    await world.import({ from });
    const { version } = await world.trips();
    const report = await world.import({ from });
    assertEquals([report.filesImported, report.filesSkipped, report.rowsImported, report.bytesImported], [0, 1, 0, 0]);
    assertEquals([await world.ids(), (await world.trips()).version], [[1], version]);
    assertEquals(report.commit, await world.lakehouse.resolve("main"));
  },

  "a plan applied twice imports its files once": async (world) => {
    const from = [await world.write("a.csv", "id", "1"), await world.write("b.csv", "id", "2")];
    const plan = await world.lakehouse.planImport({ table: TRIPS, mode: "append", from }, { ref: "main" });
    const first = await world.lakehouse.applyImport(plan, { branch: "main", ...NOTE });
    const second = await world.lakehouse.applyImport(plan, { branch: "main", ...NOTE });
    assertEquals(second, { commit: first.commit, filesImported: 0, filesSkipped: 2, rowsImported: 0, bytesImported: 0 });
    assertEquals(await world.ids(), [1, 2]);
  },

  "a table in a dotted namespace is a table like any other": async (world) => {
    const table = { namespace: "city.taxi", name: "trips" };
    await world.lakehouse.createBranch("dev", { from: "main" });
    await world.import({ from: await world.write("a.csv", "id", "1"), branch: "dev", table: "city.taxi.trips" });
    await world.lakehouse.merge({ source: "dev", target: "main", ...NOTE });
    assertEquals((await world.lakehouse.listTables("main", { namespace: "city.taxi" })).map((found) => found.name), ["trips"]);
    assertEquals(await world.lakehouse.listTables("main", { namespace: "city" }), []);
    const [batch] = await Array.fromAsync(world.lakehouse.scan({ table, ref: "main" }));
    assertEquals([batch?.numRows, (await world.rows('SELECT count(*)::INTEGER AS n FROM "city.taxi".trips'))[0]], [1, { n: 1 }]);
  },

  "importDuplicateFiles imports a file that the table has": async (world) => {
    const from = await world.write("a.csv", "id", "1");
    await world.import({ from });
    assertEquals((await world.import({ from, importDuplicateFiles: true })).filesImported, 1);
    assertEquals(await world.ids(), [1, 1]);
  },

  "a file whose content changed is neither skipped nor added in silence: it is refused, unless asked for": async (world) => {
    await world.import({ from: await world.write("a.csv", "id", "1") });
    const from = await world.write("a.csv", "id", "2");
    const error = await assertRejects(() => world.import({ from }), TerminalError);
    assertStringIncludes(error.message, from);
    assertEquals((await world.import({ from, importDuplicateFiles: true })).filesImported, 1);
    assertEquals(await world.ids(), [1, 2]);
    await world.import({ from: await world.write("a.csv", "id", "3"), mode: "replace" });
    assertEquals(await world.ids(), [3]);
  },

  "what a table has been given is known where the table is, and nowhere else": async (world) => {
    const { lakehouse } = world;
    const from = [await world.write("a.csv", "id", "1")];
    const statusAt = async (ref: string, table = TRIPS) => {
      return (await lakehouse.planImport({ table, mode: "append", from }, { ref })).files.map((file) => file.status);
    };
    await lakehouse.createBranch("dev", { from: "main" });
    await world.import({ from, branch: "dev" });
    assertEquals([await statusAt("dev"), await statusAt("main"), await statusAt("dev", { namespace: "taxi", name: "zones" })], [["imported"], ["new"], [
      "new",
    ]]);
    await lakehouse.merge({ source: "dev", target: "main", ...NOTE });
    assertEquals(await statusAt("main"), ["imported"]);
    await world.import({ from: await world.write("b.csv", "id", "2"), mode: "replace" });
    assertEquals(await statusAt("main"), ["new"]);
  },

  "transform is one SELECT over the files' rows": async (world) => {
    const report = await world.import({
      from: [await world.write("a.csv", "id,note", "1,x", "2,y"), await world.write("b.csv", "id,note", "3,z")],
      transform: "SELECT * EXCLUDE (note), id * 10 AS ten FROM {source} WHERE id > 1;",
    });
    assertEquals(report.rowsImported, 2);
    assertEquals((await world.trips()).columns.map((column) => column.name), ["id", "ten"]);
    assertEquals(await world.rows("SELECT id::INTEGER AS id, ten::INTEGER AS ten FROM taxi.trips ORDER BY id"), [{ id: 2, ten: 20 }, { id: 3, ten: 30 }]);
  },

  "materialize() puts the rows of a SELECT at the branch's head in place of the table's": async (world) => {
    const { lakehouse } = world;
    await world.import({ from: await world.write("a.csv", "id", "1", "2", "3") });
    const start = await lakehouse.resolve("main");
    const result = await lakehouse.materialize({ branch: "main", table: TRIPS, sql: "SELECT id FROM taxi.trips WHERE id > 1", ...NOTE });
    assertEquals(result, { commit: await lakehouse.resolve("main"), records: 2 });
    assertEquals((await world.commits("main", start)).length, 1);
    assertEquals([await world.ids("main"), await world.ids(start)], [[2, 3], [1, 2, 3]]);
  },

  "materialize() does not forget which files the table was given": async (world) => {
    const from = await world.write("a.csv", "id", "1", "2");
    await world.import({ from });
    await world.lakehouse.materialize({ branch: "main", table: TRIPS, sql: "SELECT id FROM taxi.trips WHERE id > 1", ...NOTE });
    assertEquals((await world.import({ from })).filesSkipped, 1);
    assertEquals(await world.ids(), [2]);
  },

  "materialize() makes a table that is not there, with its namespace, even without rows": async (world) => {
    const table = { namespace: "brand_new", name: "empty" };
    const { records } = await world.lakehouse.materialize({ branch: "main", table, sql: "SELECT 1::INTEGER AS id, 'x' AS name WHERE false", ...NOTE });
    assertEquals(records, 0);
    const made = await world.lakehouse.findTable(table, { ref: "main" });
    assertEquals(made?.columns.map(({ name, type }) => [name, type]), [["id", "int"], ["name", "string"]]);
    assertEquals(await world.rows("SELECT count(*)::INTEGER AS n FROM brand_new.empty"), [{ n: 0 }]);
  },
};
