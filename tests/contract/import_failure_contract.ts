/**
 * The contract of imports that cannot be done: a clear error, and nothing left behind.
 *
 * @module
 */
import { HeadMovedError, type ImportRequest, NotFoundError, TerminalError, WapError } from "@wap/core";
import { assert, assertEquals, assertInstanceOf, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { type ContractTests, NOTE, TRIPS, type World } from "./world.ts";

/** Plans an import, and applies it if it can be planned. */
async function attempt({ lakehouse }: World, request: Partial<ImportRequest> & { from: string[] }): Promise<void> {
  const plan = await lakehouse.planImport({ table: TRIPS, mode: "append", ...request }, { ref: "main" });
  await lakehouse.applyImport(plan, { branch: "main", ...NOTE });
}

/** Expects an import to fail, at planning or at applying, with nothing changed. */
async function assertRefused(world: World, request: Partial<ImportRequest> & { from: string[] }): Promise<TerminalError> {
  const before = [await world.refs(), await world.lakehouse.listTables("main")];
  const error = await assertRejects(() => attempt(world, request), TerminalError);
  assertEquals([await world.refs(), await world.lakehouse.listTables("main")], before);
  return error;
}

/** The contract of imports that fail. */
export const importFailureContract: ContractTests = {
  "planImport() refuses a path and a glob that stand for no file, and a folder": async (world) => {
    await Deno.mkdir(join(world.folder, "folder"));
    for (const pattern of ["missing.csv", "missing-*.csv", "folder"].map((name) => join(world.folder, name))) {
      const error = await assertRejects(
        () => world.lakehouse.planImport({ table: TRIPS, mode: "append", from: [pattern] }, { ref: "main" }),
        TerminalError,
      );
      assertStringIncludes(error.message, pattern);
    }
  },

  "one pattern that stands for no file refuses the whole import": async (world) => {
    await assertRefused(world, { from: [await world.write("a.csv", "id", "1"), join(world.folder, "missing.csv")] });
  },

  "a file that is not what its ending says is refused by name": async (world) => {
    const parquet = await world.write("text.parquet", "this is not Parquet");
    const json = await world.write("broken.jsonl", '{"id": 1}', '{"id": ');
    for (const path of [parquet, json]) assertStringIncludes((await assertRefused(world, { from: [path] })).message, path);
  },

  "a Parquet file that is cut off is refused by name": async (world) => {
    const path = await world.writeParquet("cut.parquet", "SELECT range AS id FROM range(10000)");
    await Deno.truncate(path, (await Deno.stat(path)).size / 2);
    assertStringIncludes((await assertRefused(world, { from: [path] })).message, path);
  },

  "an empty file is refused by name": async (world) => {
    for (const name of ["empty.csv", "empty.jsonl", "empty.parquet"]) {
      const path = await world.write(name);
      assertStringIncludes((await assertRefused(world, { from: [path] })).message, path);
    }
  },

  "a CSV file with a row of too many values is refused by name": async (world) => {
    const path = await world.write("ragged.csv", "id,name", "1,x", "2,y,surplus", "3,z");
    assertStringIncludes((await assertRefused(world, { from: [path] })).message, path);
  },

  "a bad file among good ones refuses them all": async (world) => {
    await world.import({ from: await world.write("first.csv", "id", "0") });
    const from = [await world.write("a.csv", "id", "1"), await world.write("b.csv", "id", "2,3,4")];
    await assertRefused(world, { from });
    assertEquals(await world.ids(), [0]);
  },

  "applyImport() refuses a file that changed since it was planned, or is gone": async (world) => {
    const { lakehouse } = world;
    const from = [await world.write("a.csv", "id", "1"), await world.write("b.csv", "id", "2")];
    const plan = await lakehouse.planImport({ table: TRIPS, mode: "append", from }, { ref: "main" });
    const before = await world.refs();
    await world.write("b.csv", "id", "3");
    const changed = await assertRejects(() => lakehouse.applyImport(plan, { branch: "main", ...NOTE }), TerminalError);
    assertStringIncludes(changed.message, "b.csv");
    await Deno.remove(from[1]!);
    const gone = await assertRejects(() => lakehouse.applyImport(plan, { branch: "main", ...NOTE }), TerminalError);
    assertStringIncludes(gone.message, "b.csv");
    assertEquals([await world.refs(), await lakehouse.listTables("main")], [before, []]);
  },

  "planImport() and applyImport() do not find refs that are not there": async (world) => {
    const request = { table: TRIPS, mode: "append" as const, from: [await world.write("a.csv", "id", "1")] };
    await assertRejects(() => world.lakehouse.planImport(request, { ref: "nowhere" }), NotFoundError, "nowhere");
    const plan = await world.lakehouse.planImport(request, { ref: "main" });
    await assertRejects(() => world.lakehouse.applyImport(plan, { branch: "nowhere", ...NOTE }), NotFoundError, "nowhere");
  },

  "a transform that is not one SELECT is refused": async (world) => {
    const from = [await world.write("a.csv", "id", "1")];
    for (const transform of ["DROP TABLE {source}", "SELECT * FROM {source}; SELECT 1", "SELECT nothing FROM {source}", "{source}, not SQL"]) {
      await assertRefused(world, { from, transform });
    }
  },

  "a transform reads the files it is given and no other": async (world) => {
    const secret = await world.write("secret.csv", "id", "42");
    const from = [await world.write("a.csv", "id", "1")];
    const others = [`SELECT id FROM read_csv('${secret}')`, `SELECT id FROM '${secret}'`, "SELECT length(content) FROM read_text('/etc/passwd')"];
    for (const other of others) {
      const transform = `SELECT id FROM {source} UNION ALL ${other}`;
      await assertRefused(world, { from, transform });
    }
  },

  "a table's name that is none is refused, or quoted wherever it goes": async (world) => {
    const from = [await world.write("a.csv", "id", "1")];
    await world.import({ from: from[0]! });
    for (const name of ['x"; DROP TABLE taxi.trips; --', "it's", "../../x"]) {
      const error = await attempt(world, { from, table: { namespace: "taxi", name } }).catch((reason: unknown) => reason);
      if (error !== undefined) assertInstanceOf(error, WapError);
      assertEquals(await world.ids(), [1]);
    }
  },

  "two imports into one branch at once are both there, or one is refused because the head moved": async (world) => {
    const files = await Promise.all([1, 2, 3].map((id) => world.write(`${id}.csv`, "id", `${id}`)));
    const start = await world.lakehouse.resolve("main");
    const plans = await Promise.all(files.map((file) => world.lakehouse.planImport({ table: TRIPS, mode: "append", from: [file] }, { ref: "main" })));
    const results = await Promise.allSettled(plans.map((plan) => world.lakehouse.applyImport(plan, { branch: "main", ...NOTE })));
    const done = results.flatMap((result, index) => (result.status === "fulfilled" ? [index + 1] : []));
    for (const result of results) if (result.status === "rejected") assertInstanceOf(result.reason, HeadMovedError);
    assert(done.length > 0);
    assertEquals([await world.ids(), (await world.commits("main", start)).length], [done, done.length]);
  },
};
