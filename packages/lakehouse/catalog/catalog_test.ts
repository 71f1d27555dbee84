import { AlreadyExistsError, HeadMovedError, NotFoundError, sha256, TerminalError, UsageError } from "@wap/core";
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Catalog } from "./catalog.ts";
import type { Operation, TableEntry } from "./entries.ts";
import { Tree } from "./tree.ts";

const TRIPS = { namespace: "taxi", name: "trips" };
const ZONES = { namespace: "taxi", name: "zones" };
const ANN = { message: "Import trips", author: "ann" };

function openCatalog(): Catalog {
  let second = 0;
  return Catalog.open(":memory:", { now: () => new Date(Date.UTC(2024, 0, 1, 0, 0, second++)) });
}

function entry(records: number, uuid = "11111111-1111-4111-8111-111111111111"): TableEntry {
  return { uuid, state: sha256(`${records} rows`), records, size: records * 10 };
}

function put(table: typeof TRIPS, records: number): Operation {
  return { kind: "putTable", table, entry: entry(records) };
}

Deno.test("Catalog.open() makes main at a root commit that is the same in every catalog", () => {
  using catalog = openCatalog();
  const tree = sha256('{"leaf":[]}');
  const root = `{"author":"wap","committedAt":"1970-01-01T00:00:00.000Z","message":"Begin","parents":[],"properties":{},"tree":"${tree}"}`;
  assertEquals(catalog.listRefs(), [{ name: "main", kind: "branch", hash: sha256(root) }]);
  assertEquals(catalog.listTables("main"), []);
});

Deno.test("Catalog.commit() moves the branch to one commit that carries what was said about it", () => {
  using catalog = openCatalog();
  const root = catalog.resolve("main");
  const commit = catalog.commit({ branch: "main", ...ANN, properties: { "wap.run_id": "r1" } }, () => [put(TRIPS, 3)]);
  assertEquals(commit, {
    hash: catalog.resolve("main"),
    parents: [root],
    message: "Import trips",
    author: "ann",
    committedAt: "2024-01-01T00:00:00.000Z",
    properties: { "wap.run_id": "r1" },
  });
  assertEquals([...catalog.log("main", { limit: 1 })], [commit]);
  assertEquals(catalog.findTable("main", TRIPS), entry(3));
  assertEquals(catalog.listTables("main"), [{ ...TRIPS, ...entry(3) }]);
});

Deno.test("Catalog.commit() shows the function the head and keeps the objects it puts", () => {
  using catalog = openCatalog();
  catalog.commit({ branch: "main", ...ANN }, () => [put(TRIPS, 3)]);
  const before = catalog.resolve("main");
  let seen: unknown[] = [];
  let state = "";
  catalog.commit({ branch: "main", ...ANN, expectedHead: before }, ({ head, findTable, objects }) => {
    seen = [head, findTable(TRIPS), findTable(ZONES)];
    state = objects.put({ files: ["a.parquet"] });
    return [{ kind: "putTable", table: TRIPS, entry: { ...entry(4), state } }];
  });
  assertEquals(seen, [before, entry(3), null]);
  assertEquals(catalog.objects.get(catalog.findTable("main", TRIPS)!.state), { files: ["a.parquet"] });
});

Deno.test("Catalog.commit() keeps nothing of a commit whose function throws", () => {
  using catalog = openCatalog();
  const before = catalog.listRefs();
  let state = "";
  assertThrows(
    () =>
      catalog.commit({ branch: "main", ...ANN }, ({ objects }) => {
        state = objects.put({ files: ["half.parquet"] });
        throw new TerminalError("Cannot read file: cut off");
      }),
    TerminalError,
    "Cannot read file: cut off",
  );
  assertEquals(catalog.listRefs(), before);
  assertThrows(() => catalog.objects.get(state), TerminalError, "the catalog does not have it");
});

Deno.test("Catalog.commit() refuses when the branch is not at the expected head", () => {
  using catalog = openCatalog();
  const seen = catalog.resolve("main");
  catalog.commit({ branch: "main", ...ANN }, () => [put(TRIPS, 3)]);
  const moved = catalog.resolve("main");
  const error = assertThrows(() => catalog.commit({ branch: "main", ...ANN, expectedHead: seen }, () => [put(TRIPS, 4)]), HeadMovedError);
  assertEquals([error.branch, error.expected, error.actual], ["main", seen, moved]);
  assertEquals(catalog.resolve("main"), moved);
});

Deno.test("Catalog.commit() refuses a branch that is not there, a tag, and a bare hash", () => {
  using catalog = openCatalog();
  catalog.createTag("v1", { from: "main" });
  assertThrows(() => catalog.commit({ branch: "nowhere", ...ANN }, () => []), NotFoundError, 'Cannot find ref "nowhere"');
  assertThrows(() => catalog.commit({ branch: "v1", ...ANN }, () => []), UsageError, 'Cannot write to "v1": it is a tag');
  assertThrows(() => catalog.commit({ branch: catalog.resolve("main"), ...ANN }, () => []), NotFoundError);
});

Deno.test("a branch is another name for a commit until one of the two moves", () => {
  using catalog = openCatalog();
  catalog.commit({ branch: "main", ...ANN }, () => [put(TRIPS, 3)]);
  const branch = catalog.createBranch("nightly", { from: "main" });
  assertEquals(branch, { name: "nightly", kind: "branch", hash: catalog.resolve("main") });
  catalog.commit({ branch: "nightly", ...ANN }, () => [put(ZONES, 9), { kind: "dropTable", table: TRIPS }]);
  assertEquals(catalog.listTables("nightly").map((table) => table.name), ["zones"]);
  assertEquals(catalog.listTables("main").map((table) => table.name), ["trips"]);
});

Deno.test("a tag stays where it was made", () => {
  using catalog = openCatalog();
  catalog.commit({ branch: "main", ...ANN }, () => [put(TRIPS, 3)]);
  const tag = catalog.createTag("v1", { from: "main" });
  catalog.commit({ branch: "main", ...ANN }, () => [put(TRIPS, 4)]);
  assertEquals(catalog.findRef("v1"), tag);
  assertEquals(catalog.findTable("v1", TRIPS)?.records, 3);
});

Deno.test("branches and tags share one set of names", () => {
  using catalog = openCatalog();
  catalog.createBranch("x", { from: "main" });
  catalog.createTag("y", { from: "main" });
  for (const name of ["x", "y", "main"]) {
    assertThrows(() => catalog.createBranch(name, { from: "main" }), AlreadyExistsError, `Cannot create branch "${name}"`);
    assertThrows(() => catalog.createTag(name, { from: "main" }), AlreadyExistsError, `Cannot create tag "${name}"`);
  }
  assertEquals(catalog.deleteBranch("y"), false);
  assertEquals(catalog.deleteTag("x"), false);
});

Deno.test("Catalog.createBranch() refuses a name that is none and a ref that is not there", () => {
  using catalog = openCatalog();
  for (const name of ["", "a b", 'x"; drop table refs; --', "../x", "f".repeat(64), "a@b"]) {
    assertThrows(() => catalog.createBranch(name, { from: "main" }), UsageError, "not a valid ref name");
  }
  assertThrows(() => catalog.createBranch("x", { from: "nowhere" }), NotFoundError);
  assertEquals(catalog.listRefs().length, 1);
});

Deno.test("Catalog.resolve() takes a branch, a tag, either with a hash of its history, and a hash", () => {
  using catalog = openCatalog();
  const first = catalog.commit({ branch: "main", ...ANN }, () => [put(TRIPS, 3)]).hash;
  catalog.createTag("v1", { from: "main" });
  const second = catalog.commit({ branch: "main", ...ANN }, () => [put(TRIPS, 4)]).hash;
  assertEquals(
    ["main", "v1", `main@${first}`, `main@${second}`, `v1@${first}`, first, `@${first}`].map((ref) => catalog.resolve(ref)),
    [second, first, first, second, first, first, first],
  );
  assertThrows(() => catalog.resolve(`v1@${second}`), NotFoundError, "it is not in the history of that tag");
  assertThrows(() => catalog.resolve(`nowhere@${first}`), NotFoundError, 'Cannot find ref "nowhere"');
  assertThrows(() => catalog.resolve("0".repeat(64)), NotFoundError, "Cannot find commit 000000000000");
  assertThrows(() => catalog.resolve("main@abc"), UsageError);
});

Deno.test("Catalog.resolve() does not find a commit of another branch under branch@hash", () => {
  using catalog = openCatalog();
  catalog.createBranch("a", { from: "main" });
  catalog.createBranch("b", { from: "main" });
  const onA = catalog.commit({ branch: "a", ...ANN }, () => [put(TRIPS, 3)]).hash;
  catalog.commit({ branch: "b", ...ANN }, () => [put(TRIPS, 4)]);
  assertThrows(() => catalog.resolve(`b@${onA}`), NotFoundError);
  catalog.merge({ source: "a", target: "main", ...ANN });
  assertEquals(catalog.resolve(`main@${onA}`), onA);
});

Deno.test("Catalog.listRefs() sorts by name and takes a kind and a prefix literally", () => {
  using catalog = openCatalog();
  for (const name of ["wap_1", "wapX1", "WAP_1", "b", "wap_0"]) catalog.createBranch(name, { from: "main" });
  catalog.createTag("wap_t", { from: "main" });
  assertEquals(catalog.listRefs().map((ref) => ref.name), ["WAP_1", "b", "main", "wapX1", "wap_0", "wap_1", "wap_t"]);
  assertEquals(catalog.listRefs({ prefix: "wap_" }).map((ref) => ref.name), ["wap_0", "wap_1", "wap_t"]);
  assertEquals(catalog.listRefs({ prefix: "wap_", kind: "branch" }).map((ref) => ref.name), ["wap_0", "wap_1"]);
  assertEquals(catalog.listRefs({ kind: "tag" }).map((ref) => ref.name), ["wap_t"]);
});

Deno.test("Catalog.deleteBranch() deletes at the expected hash, answers false when there is none, and never deletes main", () => {
  using catalog = openCatalog();
  catalog.createBranch("nightly", { from: "main" });
  const { hash } = catalog.commit({ branch: "nightly", ...ANN }, () => [put(TRIPS, 3)]);
  assertThrows(() => catalog.deleteBranch("nightly", { expectedHash: catalog.resolve("main") }), HeadMovedError);
  assertEquals(catalog.deleteBranch("nightly", { expectedHash: hash }), true);
  assertEquals(catalog.deleteBranch("nightly", { expectedHash: hash }), false);
  assertEquals(catalog.findRef("nightly"), null);
  assertThrows(() => catalog.deleteBranch("main"), UsageError, 'Cannot delete branch "main"');
  assertEquals(catalog.findTable(hash, TRIPS), entry(3));
});

Deno.test("Catalog.deleteTag() answers whether there was one", () => {
  using catalog = openCatalog();
  catalog.createTag("v1", { from: "main" });
  assertEquals([catalog.deleteTag("v1"), catalog.deleteTag("v1")], [true, false]);
});

Deno.test("Catalog.log() lists what is reachable newest first, down to a limit or another ref", () => {
  using catalog = openCatalog();
  const root = catalog.resolve("main");
  catalog.createBranch("dev", { from: "main" });
  const onDev = catalog.commit({ branch: "dev", ...ANN }, () => [put(TRIPS, 1)]).hash;
  const onMain = catalog.commit({ branch: "main", ...ANN }, () => [put(ZONES, 1)]).hash;
  const merge = catalog.merge({ source: "dev", target: "main", ...ANN }).commit;
  const hashes = (ref: string, options?: { limit?: number; until?: string }) => [...catalog.log(ref, options)].map((commit) => commit.hash);
  assertEquals(hashes("main"), [merge, onMain, onDev, root]);
  assertEquals(hashes("main", { limit: 2 }), [merge, onMain]);
  assertEquals(hashes("main", { until: "dev" }), [merge, onMain]);
  assertEquals(hashes("main", { until: onMain }), [merge, onDev]);
  assertEquals(hashes("dev", { until: "main" }), []);
  assertThrows(() => hashes("main", { until: "nowhere" }), NotFoundError);
});

Deno.test("the hash of a commit depends on all of its content", () => {
  const hashOf = (change: Partial<typeof ANN> & { properties?: Record<string, string> }, records = 3) => {
    using catalog = openCatalog();
    return catalog.commit({ branch: "main", ...ANN, ...change }, () => [put(TRIPS, records)]).hash;
  };
  assertEquals(hashOf({}), hashOf({}));
  assertNotEquals(hashOf({ message: "other" }), hashOf({}));
  assertNotEquals(hashOf({ author: "bob" }), hashOf({}));
  assertNotEquals(hashOf({ properties: { a: "1" } }), hashOf({}));
  assertNotEquals(hashOf({}, 4), hashOf({}));
});

Deno.test("putting a table makes its namespace and the ones above it", () => {
  using catalog = openCatalog();
  catalog.commit({ branch: "main", ...ANN }, () => [put({ namespace: "city.taxi.raw", name: "trips" }, 3)]);
  assertEquals(catalog.listNamespaces("main"), ["city", "city.taxi", "city.taxi.raw"]);
  assertEquals(catalog.listTables("main", { namespace: "city.taxi" }), []);
  assertEquals(catalog.listTables("main", { namespace: "city.taxi.raw" }).map((table) => table.name), ["trips"]);
});

Deno.test("a namespace and a table of one dotted name are two things", () => {
  using catalog = openCatalog();
  catalog.commit({ branch: "main", ...ANN }, () => [put({ namespace: "a", name: "b" }, 1), { kind: "createNamespace", namespace: "a.b" }]);
  assertEquals(catalog.listNamespaces("main"), ["a", "a.b"]);
  assertEquals(catalog.listTables("main").map((table) => table.name), ["b"]);
});

Deno.test("a namespace with a table or a namespace in it cannot be dropped", () => {
  using catalog = openCatalog();
  catalog.commit({ branch: "main", ...ANN }, () => [put(TRIPS, 3), { kind: "createNamespace", namespace: "city.north" }]);
  const before = catalog.resolve("main");
  for (const namespace of ["taxi", "city"]) {
    assertThrows(
      () => catalog.commit({ branch: "main", ...ANN }, () => [{ kind: "dropNamespace", namespace }]),
      TerminalError,
      "there are tables or namespaces in it",
    );
  }
  assertEquals(catalog.resolve("main"), before);
  catalog.commit({ branch: "main", ...ANN }, () => [{ kind: "dropTable", table: TRIPS }, { kind: "dropNamespace", namespace: "taxi" }]);
  assertEquals(catalog.listNamespaces("main"), ["city", "city.north"]);
});

Deno.test("making what is there and dropping what is not are refused", () => {
  using catalog = openCatalog();
  catalog.commit({ branch: "main", ...ANN }, () => [put(TRIPS, 3)]);
  const refused = (operation: Operation) => () => catalog.commit({ branch: "main", ...ANN }, () => [operation]);
  assertThrows(refused({ kind: "createNamespace", namespace: "taxi" }), AlreadyExistsError, 'Cannot create namespace "taxi"');
  assertThrows(refused({ kind: "dropNamespace", namespace: "city" }), NotFoundError, 'Cannot drop namespace "city"');
  assertThrows(refused({ kind: "dropTable", table: ZONES }), NotFoundError, 'Cannot drop table "taxi.zones"');
});

Deno.test("a table or a namespace whose name is none is refused", () => {
  using catalog = openCatalog();
  for (
    const table of [{ namespace: "a", name: "b.c" }, { namespace: "a", name: "x; drop table y" }, { namespace: "", name: "b" }, {
      namespace: "a..b",
      name: "c",
    }]
  ) {
    assertThrows(() => catalog.commit({ branch: "main", ...ANN }, () => [put(table, 1)]), UsageError, "not a plain identifier");
  }
  assertThrows(() => catalog.commit({ branch: "main", ...ANN }, () => [{ kind: "createNamespace", namespace: 'a"b' }]), UsageError);
  assertEquals(catalog.listNamespaces("main"), []);
});

Deno.test("Catalog.objects hold trees of their own, such as a table's ledger of files", () => {
  using catalog = openCatalog();
  let ledger = "";
  catalog.commit({ branch: "main", ...ANN }, ({ objects }) => {
    const tree = new Tree<{ rows: number }>(objects);
    ledger = tree.update(tree.empty(), [["file:///a.csv", { rows: 3 }]]);
    return [put(TRIPS, 3)];
  });
  assertEquals(new Tree<{ rows: number }>(catalog.objects).get(ledger, "file:///a.csv"), { rows: 3 });
});
