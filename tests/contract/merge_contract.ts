/**
 * The contract of merging one branch into another.
 *
 * @module
 */
import { HeadMovedError, MergeConflictError, NotFoundError } from "@wap/core";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type ContractTests, NOTE, TRIPS, type World } from "./world.ts";

const PUBLISH = { message: "Publish", author: "ann", properties: { "wap.run_id": "r1" } };

/** Makes `taxi.trips` with id 1 on main, and the branch `dev` there. */
async function part(world: World): Promise<void> {
  await world.import({ from: await world.write("base.csv", "id", "1") });
  await world.lakehouse.createBranch("dev", { from: "main" });
}

async function append(world: World, branch: string, id: number, table = "taxi.trips"): Promise<string> {
  const from = await world.write(`${branch}-${table}-${id}.csv`, "id", `${id}`);
  return (await world.import({ from, branch, table })).commit;
}

/** Expects `dev` not to merge into main and everything to stay as it is; answers the conflicts without their reasons. */
async function conflictsOf(world: World): Promise<string[][]> {
  const before = [await world.refs(), await world.lakehouse.listTables("main")];
  const error = await assertRejects(() => world.lakehouse.merge({ source: "dev", target: "main", ...PUBLISH }), MergeConflictError);
  assertEquals([await world.refs(), await world.lakehouse.listTables("main")], before);
  for (const conflict of error.conflicts) {
    assert(conflict.reason.length > 0);
    assertStringIncludes(error.message, conflict.table);
  }
  return error.conflicts.map(({ table, kind }) => [table, kind]);
}

/** The contract of merging. */
export const mergeContract: ContractTests = {
  "merge() into an unchanged target makes one commit with the parents [target, source]": async (world) => {
    await part(world);
    const target = await world.lakehouse.resolve("main");
    const source = await append(world, "dev", 2);
    const result = await world.lakehouse.merge({ source: "dev", target: "main", ...PUBLISH });
    assertEquals(result, { commit: await world.lakehouse.resolve("main"), merged: true });
    const [made, ...others] = await world.commits("main", target);
    assertEquals({ ...made, committedAt: "" }, { hash: result.commit, parents: [target, source], committedAt: "", ...PUBLISH });
    assertEquals(others.map((commit) => commit.hash), [source]);
    assertEquals([await world.ids("main"), await world.lakehouse.resolve("dev")], [[1, 2], source]);
  },

  "merge() takes each table from the side that changed it": async (world) => {
    await part(world);
    await append(world, "dev", 2);
    await append(world, "dev", 7, "lab.made_on_dev");
    await append(world, "main", 8, "lab.made_on_main");
    await world.lakehouse.merge({ source: "dev", target: "main", ...PUBLISH });
    const tables = (await world.lakehouse.listTables("main")).map((table) => table.name);
    assertEquals([tables, await world.ids()], [["made_on_dev", "made_on_main", "trips"], [1, 2]]);
  },

  "merge() publishes branch@hash and not what came to the branch later": async (world) => {
    await part(world);
    const audited = await append(world, "dev", 2);
    await append(world, "dev", 3);
    await world.lakehouse.merge({ source: `dev@${audited}`, target: "main", ...PUBLISH });
    assertEquals(await world.ids(), [1, 2]);
  },

  "merge() of a table changed on both sides is a conflict": async (world) => {
    await part(world);
    await append(world, "dev", 2);
    await append(world, "dev", 5, "taxi.fares");
    await append(world, "main", 3);
    assertEquals(await conflictsOf(world), [["taxi.trips", "value_differs"]]);
    assertEquals(await world.ids(), [1, 3]);
  },

  "merge() of a table made on both sides is a conflict": async (world) => {
    await part(world);
    await append(world, "dev", 2, "taxi.fares");
    await append(world, "main", 2, "taxi.fares");
    await append(world, "dev", 3);
    await append(world, "main", 4);
    assertEquals(await conflictsOf(world), [["taxi.fares", "key_exists"], ["taxi.trips", "value_differs"]]);
  },

  "merge() refuses when the target is not where the caller has seen it": async (world) => {
    await part(world);
    await append(world, "dev", 2);
    const seen = await world.lakehouse.resolve("main");
    const moved = await append(world, "main", 9, "taxi.fares");
    const request = { source: "dev", target: "main", ...PUBLISH };
    const error = await assertRejects(() => world.lakehouse.merge({ ...request, expectedTarget: seen }), HeadMovedError);
    assertEquals([error.branch, error.expected, error.actual, await world.ids()], ["main", seen, moved, [1]]);
    assertEquals((await world.lakehouse.merge({ ...request, expectedTarget: moved })).merged, true);
    assertEquals(await world.ids(), [1, 2]);
  },

  "merge() of what the target has already makes no commit": async (world) => {
    await part(world);
    const request = { source: "dev", target: "main", ...PUBLISH };
    const head = await world.lakehouse.resolve("main");
    assertEquals(await world.lakehouse.merge(request), { commit: head, merged: false });
    await append(world, "dev", 2);
    const { commit } = await world.lakehouse.merge(request);
    assertEquals(await world.lakehouse.merge(request), { commit, merged: false });
    assertEquals(await world.lakehouse.merge({ ...request, source: head }), { commit, merged: false });
    assertEquals(await world.lakehouse.resolve("main"), commit);
  },

  "merge() of a branch merged before takes what came since": async (world) => {
    await part(world);
    await append(world, "dev", 2);
    await world.lakehouse.merge({ source: "dev", target: "main", ...PUBLISH });
    await append(world, "main", 8, "taxi.fares");
    await append(world, "dev", 3);
    await world.lakehouse.merge({ source: "dev", target: "main", ...PUBLISH });
    assertEquals([await world.ids(), await world.ids("main", "taxi.fares")], [[1, 2, 3], [8]]);
  },

  "merge() works between any two branches": async (world) => {
    await part(world);
    await append(world, "main", 2);
    await world.lakehouse.merge({ source: "main", target: "dev", ...PUBLISH });
    assertEquals(await world.ids("dev"), [1, 2]);
  },

  "merge() of a replaced table publishes the replacement": async (world) => {
    await part(world);
    await world.lakehouse.materialize({ branch: "dev", table: TRIPS, sql: "SELECT 7 AS id", ...NOTE });
    await world.lakehouse.merge({ source: "dev", target: "main", ...PUBLISH });
    assertEquals(await world.ids(), [7]);
  },

  "merge() does not find a source or a target that is not there": async (world) => {
    await assertRejects(() => world.lakehouse.merge({ source: "nowhere", target: "main", ...PUBLISH }), NotFoundError, "nowhere");
    await assertRejects(() => world.lakehouse.merge({ source: "main", target: "nowhere", ...PUBLISH }), NotFoundError, "nowhere");
  },

  "what was merged stays when its branch is deleted": async (world) => {
    await part(world);
    const source = await append(world, "dev", 2);
    await world.lakehouse.merge({ source: "dev", target: "main", ...PUBLISH });
    await world.lakehouse.deleteBranch("dev", { expectedHash: source });
    assertEquals(await world.ids(), [1, 2]);
    assertEquals(await world.lakehouse.resolve(`main@${source}`), source);
  },

  "merges of several branches into one target at once lose none": async (world) => {
    await part(world);
    const branches = ["a", "b", "c"];
    for (const [index, branch] of branches.entries()) {
      await world.lakehouse.createBranch(branch, { from: "main" });
      await append(world, branch, index, `lab.${branch}`);
    }
    const results = await Promise.allSettled(branches.map((source) => world.lakehouse.merge({ source, target: "main", ...PUBLISH })));
    const done = branches.filter((_, index) => results[index]!.status === "fulfilled");
    const tables = (await world.lakehouse.listTables("main", { namespace: "lab" })).map((table) => table.name);
    assert(done.length > 0);
    assertEquals(tables, done);
  },
};
