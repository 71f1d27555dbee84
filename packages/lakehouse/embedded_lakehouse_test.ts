import { TerminalError } from "@wap/core";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { NOTE, TestLakehouse } from "./testing.ts";

const TABLE = { namespace: "n", name: "t" };
const MOD = new URL("./mod.ts", import.meta.url).href;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

/** Runs a program in a process of its own, in which `lakehouse` is the one in the folder of the first argument. */
async function startProgram(body: string, args: string[]): Promise<Deno.ChildProcess> {
  const program = `import { openLakehouse } from ${JSON.stringify(MOD)};\nawait using lakehouse = openLakehouse({ path: Deno.args[0] });\n${body}`;
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--config", CONFIG, "-", ...args], stdin: "piped", stdout: "piped" });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  return child;
}

/** What a process wrote, when it has ended well. */
async function outputOf(child: Deno.ChildProcess): Promise<string> {
  const { code, stdout } = await child.output();
  assertEquals(code, 0);
  return new TextDecoder().decode(stdout);
}

const IMPORT_EACH = `
for (const path of Deno.args.slice(1)) {
  const plan = await lakehouse.planImport({ table: { namespace: "n", name: "t" }, mode: "append", from: [path] }, { ref: "main" });
  await lakehouse.applyImport(plan, { branch: "main", message: path, author: "ann" });
}`;

const IMPORT_AND_TELL = `
const plan = await lakehouse.planImport({ table: { namespace: "n", name: "t" }, mode: "append", from: [Deno.args[1]] }, { ref: "main" });
const onProgress = (progress) => progress.rows > 0 && console.log("importing");
await lakehouse.applyImport(plan, { branch: "main", message: "m", author: "ann", onProgress });`;

const LOOK_AT_REFS = `
await lakehouse.createBranch("dev", { from: "main" });
const seen = [await lakehouse.listRefs(), await Array.fromAsync(lakehouse.log("dev")), await lakehouse.listTables("dev"), await lakehouse.findTable({ namespace: "n", name: "t" }, { ref: "dev" })];
console.log(JSON.stringify({ seen: seen.map((found) => found?.length ?? found?.name), loaded: /duckdb/.test(Deno.readTextFileSync("/proc/self/maps")) }));`;

Deno.test({
  name: "looking at refs, commits and tables does not load DuckDB",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using test = await TestLakehouse.open();
    await test.import(await test.scratch.write("a.csv", "id\n1\n"));
    assertEquals(JSON.parse(await outputOf(await startProgram(LOOK_AT_REFS, [test.root]))), { seen: [2, 2, 1, "t"], loaded: false });
  },
});

Deno.test("two processes import into one branch at the same time, and every file is there once", async () => {
  await using test = await TestLakehouse.open();
  await test.import(await test.scratch.write("0.csv", "id\n0\n"));
  const paths = await Promise.all(Array.from({ length: 8 }, (_, index) => test.scratch.write(`${index + 1}.csv`, `id\n${index + 1}\n`)));
  const children = await Promise.all([paths.slice(0, 4), paths.slice(4)].map((half) => startProgram(IMPORT_EACH, [test.root, ...half])));
  await Promise.all(children.map(outputOf));
  assertEquals((await test.rows("SELECT id FROM n.t ORDER BY id")).map(({ id }) => id), ["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
  const messages = (await Array.fromAsync(test.lakehouse.log("main"))).map(({ message }) => message);
  assertEquals(messages.filter((message) => message.endsWith(".csv")).toSorted(), paths);
});

Deno.test("a process killed while it imports leaves nothing that is seen, and nothing that the next import does not sweep", async () => {
  await using test = await TestLakehouse.open();
  const path = await test.scratch.writeParquet("a.parquet", "SELECT i, sha256(i::VARCHAR) AS h FROM range(2000000) t(i)");
  const before = await test.lakehouse.resolve("main");
  const child = await startProgram(IMPORT_AND_TELL, [test.root, path]);
  const reader = child.stdout.getReader();
  assertEquals((await reader.read()).done, false);
  child.kill("SIGKILL");
  await reader.cancel();
  await child.status;
  assertEquals([await test.lakehouse.resolve("main"), await test.lakehouse.listTables("main")], [before, []]);
  assert((await test.files()).every((file) => file.startsWith("staging/")), "half-written files are in staging only");
  await test.import(await test.scratch.write("b.csv", "i\n1\n"));
  assertEquals((await test.files()).filter((file) => file.startsWith("staging/")), []);
});

Deno.test("a file is imported by URL as it was when the import was planned", async () => {
  await using test = await TestLakehouse.open();
  let content = "id\n1\n";
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => new Response(content));
  try {
    const from = [`http://127.0.0.1:${server.addr.port}/a.csv?token=secret`];
    const plan = await test.lakehouse.planImport({ table: TABLE, mode: "append", from }, { ref: "main" });
    content = "id\n2\n";
    assertEquals((await test.lakehouse.applyImport(plan, { branch: "main", ...NOTE })).rowsImported, 1);
    assertEquals(await test.rows("SELECT id FROM n.t"), [{ id: "1" }]);
    assertEquals((await test.files()).filter((file) => file.startsWith("staging/")), []);
    const error = await assertRejects(() => test.lakehouse.planImport({ table: TABLE, mode: "append", from }, { ref: "main" }), TerminalError);
    assertEquals([error.code, error.message.includes("secret")], ["source_changed", false]);
    const replacement = await test.lakehouse.planImport({ table: TABLE, mode: "replace", from }, { ref: "main" });
    await Deno.remove(`${test.root}/staging`, { recursive: true });
    content = "id\n3\n";
    await assertRejects(() => test.lakehouse.applyImport(replacement, { branch: "main", ...NOTE }), TerminalError, "changed after the import was planned");
  } finally {
    await server.shutdown();
  }
});
