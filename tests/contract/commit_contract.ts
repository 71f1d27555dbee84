/**
 * The contract of commits, their log, and what is isolated from what.
 *
 * @module
 */
import { NotFoundError } from "@wap/core";
import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { type ContractTests, NOTE, TRIPS } from "./world.ts";

/** The contract of commits. */
export const commitContract: ContractTests = {
  "each change makes one commit that carries what was said about it": async (world) => {
    const { lakehouse } = world;
    const start = await lakehouse.resolve("main");
    const before = Date.now();
    const request = { table: TRIPS, mode: "append" as const, from: [await world.write("a.csv", "id", "1")] };
    const plan = await lakehouse.planImport(request, { ref: "main" });
    assertEquals(await lakehouse.resolve("main"), start);

    const properties = { "wap.run_id": "r1", 'Ünïcode "key"': "line\nline 'two'" };
    const { commit } = await lakehouse.applyImport(plan, { branch: "main", message: "Import", author: "ann", properties });
    const [made, ...others] = await world.commits("main", start);
    assertEquals(others, []);
    assertEquals({ ...made, committedAt: "" }, { hash: commit, parents: [start], message: "Import", author: "ann", committedAt: "", properties });
    assertMatch(made!.committedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/);
    // A clock may run a little apart from this machine's.
    assert(Math.abs(Date.parse(made!.committedAt) - before) < 60_000, made!.committedAt);

    const replaced = await lakehouse.materialize({ branch: "main", table: TRIPS, sql: "SELECT 2 AS id", ...NOTE });
    assertEquals((await world.commits("main", commit)).map((one) => [one.hash, one.parents, one.message]), [[replaced.commit, [commit], NOTE.message]]);
  },

  "log() lists every commit once, before those it follows, down to a limit": async (world) => {
    const { lakehouse } = world;
    await lakehouse.createBranch("dev", { from: "main" });
    await world.import({ from: await world.write("a.csv", "id", "1"), branch: "dev" });
    await world.import({ from: await world.write("b.csv", "id", "2"), table: "taxi.zones" });
    const { commit: merge } = await lakehouse.merge({ source: "dev", target: "main", ...NOTE });
    const log = await world.commits("main");
    const places = new Map(log.map((commit, index) => [commit.hash, index]));
    assertEquals([log.length, places.size, log[0]?.hash], [4, 4, merge]);
    for (const [index, commit] of log.entries()) {
      for (const parent of commit.parents) assert(places.get(parent)! > index, "a parent comes before its child");
    }
    assertEquals((await Array.fromAsync(lakehouse.log("main", { limit: 2 }))).map((one) => one.hash), log.slice(0, 2).map((one) => one.hash));
    assertEquals(await Array.fromAsync(lakehouse.log("main", { limit: 0 })), []);
  },

  "log() leaves out `until` and all that is reachable from it": async (world) => {
    const { lakehouse } = world;
    const start = await lakehouse.resolve("main");
    await lakehouse.createBranch("dev", { from: "main" });
    const { commit: onDev } = await world.import({ from: await world.write("a.csv", "id", "1"), branch: "dev" });
    const { commit: onMain } = await world.import({ from: await world.write("b.csv", "id", "2"), table: "taxi.zones" });
    const { commit: merge } = await lakehouse.merge({ source: "dev", target: "main", ...NOTE });
    const hashes = async (ref: string, until: string) => (await world.commits(ref, until)).map((commit) => commit.hash);
    assertEquals(await hashes("main", "dev"), [merge, onMain]);
    assertEquals(await hashes("main", onMain), [merge, onDev]);
    assertEquals((await hashes("main", start)).toSorted(), [merge, onMain, onDev].toSorted());
    assertEquals(await hashes("dev", "main"), []);
  },

  "log() does not find refs that are not there": async ({ lakehouse }) => {
    await assertRejects(() => Array.fromAsync(lakehouse.log("nowhere")), NotFoundError, "nowhere");
    await assertRejects(() => Array.fromAsync(lakehouse.log("main", { until: "nowhere" })), NotFoundError, "nowhere");
  },

  "what is written to a branch is invisible on every other": async (world) => {
    const { lakehouse } = world;
    await world.import({ from: await world.write("a.csv", "id", "1") });
    const [before, refs] = [await world.trips(), await world.refs()];
    await lakehouse.createBranch("dev", { from: "main" });
    await lakehouse.createBranch("other", { from: "main" });
    await world.import({ from: await world.write("b.csv", "id", "2"), branch: "dev" });
    await lakehouse.materialize({ branch: "dev", table: { namespace: "lab", name: "new" }, sql: "SELECT 9 AS id", ...NOTE });
    assertEquals([await world.ids("main"), await world.ids("other"), await world.ids("dev")], [[1], [1], [1, 2]]);
    assertEquals(await lakehouse.findTable({ namespace: "lab", name: "new" }, { ref: "main" }), null);
    assertEquals(await world.trips(), before);
    assertEquals((await world.refs())["main"], refs["main"]);
  },

  "a commit is the same for ever, whatever happens to the branches": async (world) => {
    const { lakehouse } = world;
    await lakehouse.createBranch("dev", { from: "main" });
    const { commit } = await world.import({ from: await world.write("a.csv", "id", "1", "2"), branch: "dev" });
    const before = await world.trips(commit);
    await lakehouse.materialize({ branch: "dev", table: TRIPS, sql: "SELECT 7 AS id", ...NOTE });
    await lakehouse.deleteBranch("dev");
    assertEquals(await world.ids(commit), [1, 2]);
    assertEquals(await world.trips(commit), before);
  },

  "listTables() sorts by name and takes a namespace": async (world) => {
    const from = await world.write("a.csv", "id", "1");
    for (const table of ["taxi.trips", "lab.zones", "taxi.fares", "taxi_old.trips"]) await world.import({ from, table });
    const names = async (options?: { namespace?: string }) =>
      (await world.lakehouse.listTables("main", options)).map((table) => `${table.namespace}.${table.name}`);
    assertEquals(await names(), ["lab.zones", "taxi.fares", "taxi.trips", "taxi_old.trips"]);
    assertEquals(await names({ namespace: "taxi" }), ["taxi.fares", "taxi.trips"]);
    assertEquals(await names({ namespace: "tax" }), []);
    await assertRejects(() => world.lakehouse.listTables("nowhere"), NotFoundError);
  },

  "findTable() tells rows, bytes and columns, and null when there is no such table": async (world) => {
    await world.import({ from: await world.write("a.csv", "id,name", "1,x", "2,y") });
    const table = await world.trips();
    assertEquals([table.namespace, table.name, table.records, table.columns.map((column) => column.name)], ["taxi", "trips", 2, ["id", "name"]]);
    assert(table.size > 0);
    assertEquals((await world.lakehouse.listTables("main"))[0], { namespace: "taxi", name: "trips", records: 2, size: table.size });
    assertEquals(await world.lakehouse.findTable({ namespace: "taxi", name: "zones" }, { ref: "main" }), null);
    assertEquals(await world.lakehouse.findTable({ namespace: "nowhere", name: "trips" }, { ref: "main" }), null);
    await assertRejects(() => world.lakehouse.findTable(TRIPS, { ref: "nowhere" }), NotFoundError);
  },

  "a table's version changes with its rows and its schema, and with nothing else": async (world) => {
    const { lakehouse } = world;
    await world.import({ from: await world.write("a.csv", "id", "1") });
    const { version: first } = await world.trips();
    await world.import({ from: await world.write("b.csv", "id", "1"), table: "taxi.zones" });
    await lakehouse.createBranch("dev", { from: "main" });
    assertEquals([(await world.trips("main")).version, (await world.trips("dev")).version], [first, first]);
    await world.import({ from: await world.write("c.csv", "id", "2"), branch: "dev" });
    const { version: second } = await world.trips("dev");
    assertNotEquals(second, first);
    await lakehouse.merge({ source: "dev", target: "main", ...NOTE });
    assertEquals((await world.trips("main")).version, second);
  },
};
