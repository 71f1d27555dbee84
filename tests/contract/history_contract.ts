/**
 * The contract of comparing two commits, and of taking one back.
 *
 * @module
 */
import { MergeConflictError, NotFoundError } from "@wap/core";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type ContractTests, TRIPS, type World } from "./world.ts";

const REVERT = { message: "Take back", author: "ann", properties: { "wap.reverts": "r1" } };

async function append(world: World, id: number, table = "taxi.trips"): Promise<string> {
  return (await world.import({ from: await world.write(`${table}-${id}.csv`, "id", `${id}`), table })).commit;
}

/** The contract of histories. */
export const historyContract: ContractTests = {
  "diff() names what was created and what was appended to, and nothing else": async (world) => {
    await append(world, 1);
    await append(world, 1, "lab.untouched");
    const before = await world.lakehouse.resolve("main");
    assertEquals(await world.lakehouse.diff(before, "main"), []);
    await append(world, 2);
    await append(world, 1, "lab.made");
    assertEquals(await world.lakehouse.diff(before, "main"), [
      { table: "lab.made", kind: "created", schemaChanged: true },
      { table: "taxi.trips", kind: "appended", schemaChanged: false },
    ]);
    assertEquals((await world.lakehouse.diff("main", before)).map(({ table, kind }) => [table, kind]), [["lab.made", "dropped"], ["taxi.trips", "rewritten"]]);
  },

  "diff() tells a table that was rewritten, and one that gained a column": async (world) => {
    await append(world, 1);
    const before = await world.lakehouse.resolve("main");
    await world.import({ from: await world.write("wider.csv", "id,fare", "2,3.5") });
    assertEquals(await world.lakehouse.diff(before, "main"), [{ table: "taxi.trips", kind: "appended", schemaChanged: true }]);
    await world.lakehouse.materialize({ branch: "main", table: TRIPS, sql: "select * from taxi.trips where id = 1", message: "m", author: "ann" });
    assertEquals((await world.lakehouse.diff(before, "main")).map(({ kind }) => kind), ["rewritten"]);
  },

  "revert() takes one commit back, and later changes of other tables stay": async (world) => {
    await append(world, 1);
    const bad = await append(world, 2);
    await append(world, 7, "lab.other");
    const head = await world.lakehouse.resolve("main");
    const result = await world.lakehouse.revert({ commit: bad, target: "main", ...REVERT });
    assertEquals([result.merged, await world.ids("main"), (await world.lakehouse.listTables("main")).length], [true, [1], 2]);
    const [made] = await world.commits("main", head);
    assertEquals([made?.parents, made?.message, made?.properties], [[head], REVERT.message, REVERT.properties]);
  },

  "revert() of the commit that made a table takes the table away": async (world) => {
    const made = await append(world, 1);
    await world.lakehouse.revert({ commit: made, target: "main", ...REVERT });
    assertEquals(await world.lakehouse.findTable(TRIPS, { ref: "main" }), null);
  },

  "revert() takes back a merge as a whole, and frees its files for import": async (world) => {
    await append(world, 1);
    await world.lakehouse.createBranch("dev", { from: "main" });
    const from = await world.write("dev.csv", "id", "2");
    await world.import({ from, branch: "dev" });
    const { commit } = await world.lakehouse.merge({ source: "dev", target: "main", message: "Publish", author: "ann" });
    await world.lakehouse.revert({ commit, target: "main", ...REVERT });
    assertEquals(await world.ids("main"), [1]);
    const again = await world.import({ from });
    assertEquals([again.filesImported, await world.ids("main")], [1, [1, 2]]);
  },

  "revert() refuses when a table was changed since, names it, and leaves everything as it is": async (world) => {
    await append(world, 1);
    const bad = await append(world, 2);
    await append(world, 3);
    const before = await world.lakehouse.resolve("main");
    const error = await assertRejects(() => world.lakehouse.revert({ commit: bad, target: "main", ...REVERT }), MergeConflictError);
    assertEquals(error.conflicts.map(({ table, kind }) => [table, kind]), [["taxi.trips", "value_differs"]]);
    assertStringIncludes(error.message, "taxi.trips");
    assertEquals([await world.lakehouse.resolve("main"), await world.ids("main")], [before, [1, 2, 3]]);
  },

  "revert() twice makes no second commit": async (world) => {
    await append(world, 1);
    const bad = await append(world, 2);
    const first = await world.lakehouse.revert({ commit: bad, target: "main", ...REVERT });
    assertEquals(await world.lakehouse.revert({ commit: bad, target: "main", ...REVERT }), { commit: first.commit, merged: false });
  },

  "revert() refuses a commit that is not in the target": async (world) => {
    await append(world, 1);
    await world.lakehouse.createBranch("dev", { from: "main" });
    const elsewhere = (await world.import({ from: await world.write("e.csv", "id", "9"), branch: "dev" })).commit;
    await assertRejects(() => world.lakehouse.revert({ commit: elsewhere, target: "main", ...REVERT }), NotFoundError);
  },
};
