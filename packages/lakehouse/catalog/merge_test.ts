import { HeadMovedError, MergeConflictError, NotFoundError, sha256, type TableConflict } from "@wap/core";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Catalog } from "./catalog.ts";
import type { Operation } from "./entries.ts";

const PUBLISH = { message: "Publish", author: "ann", properties: { "wap.run_id": "r1" } };
const TRIPS = { namespace: "taxi", name: "trips" };
const ZONES = { namespace: "taxi", name: "zones" };

/** A catalog whose `main` has `taxi.trips` with 1 row, and a branch `dev` made there. */
function openParted(): Catalog {
  let second = 0;
  const catalog = Catalog.open(":memory:", { now: () => new Date(Date.UTC(2024, 0, 1, 0, 0, second++)) });
  commit(catalog, "main", put(TRIPS, 1));
  catalog.createBranch("dev", { from: "main" });
  return catalog;
}

function put(table: typeof TRIPS, records: number, uuid = "first"): Operation {
  return { kind: "putTable", table, entry: { uuid, state: sha256(`${records}`), records, size: 0 } };
}

function drop(table: typeof TRIPS): Operation {
  return { kind: "dropTable", table };
}

function commit(catalog: Catalog, branch: string, ...operations: Operation[]): string {
  return catalog.commit({ branch, message: "change", author: "ann" }, () => operations).hash;
}

function rowsAt(catalog: Catalog, ref: string): Record<string, number> {
  return Object.fromEntries(catalog.listTables(ref).map((table) => [table.name, table.records]));
}

/** Merges `dev` into `main`, which must be refused and leave everything as it was; answers the conflicts. */
function conflictsOf(catalog: Catalog): TableConflict[] {
  const before = [catalog.listRefs(), [...catalog.log("main")], catalog.listTables("main")];
  const error = assertThrows(() => catalog.merge({ source: "dev", target: "main", ...PUBLISH }), MergeConflictError);
  assertEquals([catalog.listRefs(), [...catalog.log("main")], catalog.listTables("main")], before);
  return error.conflicts;
}

Deno.test("merge() into an unchanged main makes a merge commit with the parents [target, source]", () => {
  using catalog = openParted();
  const target = catalog.resolve("main");
  const source = commit(catalog, "dev", put(TRIPS, 2));
  const result = catalog.merge({ source: "dev", target: "main", ...PUBLISH });
  assertEquals(result, { commit: catalog.resolve("main"), merged: true });
  assertEquals([...catalog.log("main", { limit: 1 })], [
    { hash: result.commit, parents: [target, source], ...PUBLISH, committedAt: "2024-01-01T00:00:02.000Z" },
  ]);
  assertEquals(rowsAt(catalog, "main"), { trips: 2 });
  assertEquals(catalog.resolve("dev"), source);
});

Deno.test("merge() keeps what main changed in other tables", () => {
  using catalog = openParted();
  commit(catalog, "dev", put(TRIPS, 2));
  commit(catalog, "main", put(ZONES, 265));
  catalog.merge({ source: "dev", target: "main", ...PUBLISH });
  assertEquals(rowsAt(catalog, "main"), { trips: 2, zones: 265 });
});

Deno.test("merge() takes over tables that the source made and dropped", () => {
  using catalog = openParted();
  commit(catalog, "dev", drop(TRIPS), put({ namespace: "city.north", name: "streets" }, 7));
  commit(catalog, "main", put(ZONES, 265));
  catalog.merge({ source: "dev", target: "main", ...PUBLISH });
  assertEquals(rowsAt(catalog, "main"), { streets: 7, zones: 265 });
  assertEquals(catalog.listNamespaces("main"), ["city", "city.north", "taxi"]);
});

Deno.test("merge() publishes branch@hash and not what came to the branch later", () => {
  using catalog = openParted();
  const audited = commit(catalog, "dev", put(TRIPS, 2));
  commit(catalog, "dev", put(TRIPS, 3));
  catalog.merge({ source: `dev@${audited}`, target: "main", ...PUBLISH });
  assertEquals(rowsAt(catalog, "main"), { trips: 2 });
});

Deno.test("merge() of a table changed on both sides is a conflict: value_differs", () => {
  using catalog = openParted();
  commit(catalog, "dev", put(TRIPS, 2), put(ZONES, 1));
  commit(catalog, "main", put(TRIPS, 3));
  assertEquals(conflictsOf(catalog), [{ table: "taxi.trips", kind: "value_differs", reason: 'was changed in both "dev" and "main"' }]);
});

Deno.test("merge() of a table changed the same on both sides is no conflict", () => {
  using catalog = openParted();
  commit(catalog, "dev", put(TRIPS, 2), put(ZONES, 1));
  commit(catalog, "main", put(TRIPS, 2));
  assert(catalog.merge({ source: "dev", target: "main", ...PUBLISH }).merged);
  assertEquals(rowsAt(catalog, "main"), { trips: 2, zones: 1 });
});

Deno.test("merge() of a table made on both sides is a conflict: key_exists", () => {
  using catalog = openParted();
  commit(catalog, "dev", put(ZONES, 1, "dev's"));
  commit(catalog, "main", put(ZONES, 1, "main's"));
  assertEquals(conflictsOf(catalog), [{ table: "taxi.zones", kind: "key_exists", reason: 'was made in both "dev" and "main"' }]);
});

Deno.test("merge() of a table changed here and dropped there is a conflict: key_does_not_exist", () => {
  using catalog = openParted();
  commit(catalog, "dev", put(TRIPS, 2));
  commit(catalog, "main", drop(TRIPS));
  assertEquals(conflictsOf(catalog), [{ table: "taxi.trips", kind: "key_does_not_exist", reason: 'was changed in "dev" and dropped in "main"' }]);
});

Deno.test("merge() of a table dropped here and changed there is a conflict: key_does_not_exist", () => {
  using catalog = openParted();
  commit(catalog, "dev", drop(TRIPS));
  commit(catalog, "main", put(TRIPS, 2));
  assertEquals(conflictsOf(catalog), [{ table: "taxi.trips", kind: "key_does_not_exist", reason: 'was dropped in "dev" and changed in "main"' }]);
});

Deno.test("merge() of a table dropped on both sides is no conflict", () => {
  using catalog = openParted();
  commit(catalog, "dev", drop(TRIPS), put(ZONES, 1));
  commit(catalog, "main", drop(TRIPS));
  assert(catalog.merge({ source: "dev", target: "main", ...PUBLISH }).merged);
  assertEquals(rowsAt(catalog, "main"), { zones: 1 });
});

Deno.test("merge() of a table that main dropped and made anew is a conflict: content_id_differs", () => {
  for (const change of [put(TRIPS, 2), drop(TRIPS)]) {
    using catalog = openParted();
    commit(catalog, "dev", change);
    commit(catalog, "main", drop(TRIPS));
    commit(catalog, "main", put(TRIPS, 1, "second"));
    const verb = change.kind === "putTable" ? "changed" : "dropped";
    assertEquals(conflictsOf(catalog), [
      { table: "taxi.trips", kind: "content_id_differs", reason: `was ${verb} in "dev" and dropped and made anew in "main"` },
    ]);
  }
});

Deno.test("merge() of a table made anew in an untouched main's place takes it over", () => {
  using catalog = openParted();
  commit(catalog, "dev", drop(TRIPS));
  commit(catalog, "dev", put(TRIPS, 5, "second"));
  catalog.merge({ source: "dev", target: "main", ...PUBLISH });
  assertEquals(catalog.findTable("main", TRIPS)?.uuid, "second");
});

Deno.test("merge() of a namespace made on both sides is no conflict", () => {
  using catalog = openParted();
  commit(catalog, "dev", put({ namespace: "city", name: "streets" }, 1));
  commit(catalog, "main", put({ namespace: "city", name: "parks" }, 1));
  catalog.merge({ source: "dev", target: "main", ...PUBLISH });
  assertEquals(rowsAt(catalog, "main"), { parks: 1, streets: 1, trips: 1 });
});

Deno.test("merge() of a table into a namespace that main dropped is a conflict: namespace_absent", () => {
  using catalog = openParted();
  commit(catalog, "dev", put(ZONES, 1));
  commit(catalog, "main", drop(TRIPS), { kind: "dropNamespace", namespace: "taxi" });
  assertEquals(conflictsOf(catalog), [
    { table: "taxi.zones", kind: "namespace_absent", reason: 'was made in "dev", but its namespace "taxi" was dropped in "main"' },
  ]);
});

Deno.test("merge() keeps a namespace that the source dropped when main has new tables in it", () => {
  using catalog = openParted();
  commit(catalog, "main", put({ namespace: "taxi.raw", name: "rides" }, 1));
  catalog.createBranch("tidy", { from: "main" });
  commit(catalog, "tidy", drop(TRIPS), drop({ namespace: "taxi.raw", name: "rides" }));
  commit(catalog, "tidy", { kind: "dropNamespace", namespace: "taxi.raw" }, { kind: "dropNamespace", namespace: "taxi" });
  commit(catalog, "main", put({ namespace: "taxi.raw", name: "fares" }, 2));
  catalog.merge({ source: "tidy", target: "main", ...PUBLISH });
  assertEquals(rowsAt(catalog, "main"), { fares: 2 });
  assertEquals(catalog.listNamespaces("main"), ["taxi", "taxi.raw"]);
});

Deno.test("merge() names every table in the way, sorted, and the refs in its message", () => {
  using catalog = openParted();
  const source = commit(catalog, "dev", put(ZONES, 1, "dev's"), put(TRIPS, 2));
  commit(catalog, "main", put(ZONES, 1, "main's"), put(TRIPS, 3));
  const error = assertThrows(() => catalog.merge({ source: `dev@${source}`, target: "main", ...PUBLISH }), MergeConflictError);
  assertEquals(error.conflicts.map(({ table, kind }) => [table, kind]), [["taxi.trips", "value_differs"], ["taxi.zones", "key_exists"]]);
  assertEquals(
    error.message,
    `Cannot merge "dev@${source}" into "main": taxi.trips was changed in both "dev" and "main"; taxi.zones was made in both "dev" and "main"`,
  );
});

Deno.test("merge() refuses when main moved during the call", () => {
  using catalog = openParted();
  const seen = catalog.resolve("main");
  commit(catalog, "dev", put(TRIPS, 2));
  const moved = commit(catalog, "main", put(ZONES, 1));
  const error = assertThrows(() => catalog.merge({ source: "dev", target: "main", expectedTarget: seen, ...PUBLISH }), HeadMovedError);
  assertEquals([error.branch, error.expected, error.actual], ["main", seen, moved]);
  assertEquals(catalog.merge({ source: "dev", target: "main", expectedTarget: moved, ...PUBLISH }).merged, true);
});

Deno.test("merge() of what the target has already makes no commit", () => {
  using catalog = openParted();
  const head = catalog.resolve("main");
  assertEquals(catalog.merge({ source: "dev", target: "main", ...PUBLISH }), { commit: head, merged: false });
  commit(catalog, "dev", put(TRIPS, 2));
  const { commit: merged } = catalog.merge({ source: "dev", target: "main", ...PUBLISH });
  assertEquals(catalog.merge({ source: "dev", target: "main", ...PUBLISH }), { commit: merged, merged: false });
  assertEquals(catalog.merge({ source: head, target: "main", ...PUBLISH }), { commit: merged, merged: false });
});

Deno.test("merge() of a branch merged before takes only what came since", () => {
  using catalog = openParted();
  commit(catalog, "dev", put(TRIPS, 2));
  catalog.merge({ source: "dev", target: "main", ...PUBLISH });
  commit(catalog, "main", put(TRIPS, 3));
  commit(catalog, "dev", put(ZONES, 1));
  catalog.merge({ source: "dev", target: "main", ...PUBLISH });
  assertEquals(rowsAt(catalog, "main"), { trips: 3, zones: 1 });
});

Deno.test("merge() after merges in both directions measures by the merge of the two common ancestors", () => {
  using catalog = openParted();
  const onDev = commit(catalog, "dev", put(ZONES, 1));
  const onMain = commit(catalog, "main", put(TRIPS, 2));
  catalog.merge({ source: `dev@${onDev}`, target: "main", ...PUBLISH });
  catalog.merge({ source: `main@${onMain}`, target: "dev", ...PUBLISH });

  // By the common ancestor `onDev` alone this would look untouched in dev, and be lost.
  commit(catalog, "dev", put(TRIPS, 1));
  // By `onDev` alone this would look changed on both sides.
  commit(catalog, "main", put(ZONES, 5));
  catalog.merge({ source: "dev", target: "main", ...PUBLISH });
  assertEquals(rowsAt(catalog, "main"), { trips: 1, zones: 5 });
});

Deno.test("merge() is a conflict where the sides differ and the two common ancestors are in conflict themselves", () => {
  using catalog = openParted();
  const onDev = commit(catalog, "dev", put(TRIPS, 2), put(ZONES, 1));
  const onMain = commit(catalog, "main", put(TRIPS, 3), put({ namespace: "taxi", name: "parks" }, 1));
  commit(catalog, "dev", put(TRIPS, 3));
  catalog.merge({ source: `main@${onMain}`, target: "dev", ...PUBLISH });
  commit(catalog, "main", put(TRIPS, 2));
  catalog.merge({ source: `dev@${onDev}`, target: "main", ...PUBLISH });
  assertEquals(conflictsOf(catalog), [
    { table: "taxi.trips", kind: "value_differs", reason: 'differs in "dev" and "main", and the commits where they parted disagree on it' },
  ]);
});

Deno.test("merge() refuses a source or a target that is not there", () => {
  using catalog = openParted();
  assertThrows(() => catalog.merge({ source: "nowhere", target: "main", ...PUBLISH }), NotFoundError, '"nowhere"');
  assertThrows(() => catalog.merge({ source: "dev", target: "nowhere", ...PUBLISH }), NotFoundError, '"nowhere"');
});
