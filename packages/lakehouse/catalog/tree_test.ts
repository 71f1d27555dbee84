import { canonicalJson, sha256 } from "@wap/core";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ObjectStore } from "./object_store.ts";
import { type Difference, Tree } from "./tree.ts";

/** Keeps objects in memory and counts how often it is asked. */
class CountingObjects implements ObjectStore {
  reads = 0;
  writes = 0;
  readonly #bodies = new Map<string, string>();

  get(hash: string): unknown {
    this.reads++;
    return JSON.parse(this.#bodies.get(hash)!);
  }

  put(value: unknown): string {
    this.writes++;
    const body = canonicalJson(value);
    const hash = sha256(body);
    this.#bodies.set(hash, body);
    return hash;
  }
}

type Batch = [key: string, value: number | undefined][];

const TABLES = Array.from({ length: 10_000 }, (_, index): [string, number] => [`table_${index}`, index]);

// Few enough keys that trees grow over the size of a leaf and shrink below it again, many enough for two levels of branches.
const keys = fc.nat({ max: 999 }).map((index) => `key ${index}`);
const puts = fc.uniqueArray(keys, { maxLength: 700, size: "max" }).map((chosen): Batch => chosen.map((key, index) => [key, index % 7]));
const deletes = fc.uniqueArray(keys, { maxLength: 700, size: "max" }).map((chosen): Batch => chosen.map((key) => [key, undefined]));
const histories = fc.array(fc.oneof(puts, deletes), { maxLength: 6 });

function applyToModel(model: Map<string, number>, batch: Batch): Map<string, number> {
  const next = new Map(model);
  for (const [key, value] of batch) {
    if (value === undefined) next.delete(key);
    else next.set(key, value);
  }
  return next;
}

function compareKeys(a: { key: string }, b: { key: string }): number {
  return a.key < b.key ? -1 : 1;
}

Deno.test("Tree.get() finds what was put, and undefined for what was not or was deleted", () => {
  const tree = new Tree<number>(new CountingObjects());
  const root = tree.update(tree.empty(), [["a", 1], ["b", 2], ["b", undefined], ["__proto__", 3]]);
  assertEquals(["a", "b", "c", "__proto__"].map((key) => tree.get(root, key)), [1, undefined, undefined, 3]);
  assertEquals(tree.size(root), 2);
});

Deno.test("Tree.update() leaves the map it starts from as it is", () => {
  const tree = new Tree<number>(new CountingObjects());
  const before = tree.update(tree.empty(), TABLES.slice(0, 100));
  const after = tree.update(before, [["table_7", 0], ["table_8", undefined], ["new", 1]]);
  assertEquals([tree.get(before, "table_7"), tree.get(before, "table_8"), tree.get(before, "new")], [7, 8, undefined]);
  assertEquals([tree.get(after, "table_7"), tree.get(after, "table_8"), tree.get(after, "new")], [0, undefined, 1]);
});

Deno.test("Tree.update() of one key among 10,000 reads and writes a handful of nodes", () => {
  const objects = new CountingObjects();
  const tree = new Tree<number>(objects);
  const root = tree.update(tree.empty(), TABLES);
  objects.reads = objects.writes = 0;
  tree.update(root, [["table_5000", -1]]);
  assert(objects.reads <= 5 && objects.writes <= 5, `${objects.reads} reads, ${objects.writes} writes`);
});

Deno.test("Tree.diff() of maps that differ in one key of 10,000 reads a handful of nodes of each", () => {
  const objects = new CountingObjects();
  const tree = new Tree<number>(objects);
  const before = tree.update(tree.empty(), TABLES);
  const after = tree.update(before, [["table_5000", -1]]);
  objects.reads = 0;
  assertEquals([...tree.diff(before, after)], [{ key: "table_5000", before: 5000, after: -1 }]);
  assert(objects.reads <= 10, `${objects.reads} reads`);
});

Deno.test("Tree holds what a Map holds after the same puts and deletes", () => {
  fc.assert(
    fc.property(histories, (history) => {
      const tree = new Tree<number>(new CountingObjects());
      let root = tree.empty();
      let model = new Map<string, number>();
      for (const batch of history) {
        root = tree.update(root, batch);
        model = applyToModel(model, batch);
        assertEquals(new Map(tree.entries(root)), model);
        assertEquals(tree.size(root), model.size);
      }
      for (const key of ["key 0", ...model.keys()]) assertEquals(tree.get(root, key), model.get(key));
    }),
    { numRuns: 40 },
  );
});

Deno.test("Tree has one root for equal maps, whatever their history", () => {
  fc.assert(
    fc.property(histories, (history) => {
      const tree = new Tree<number>(new CountingObjects());
      const root = history.reduce((current, batch) => tree.update(current, batch), tree.empty());
      const entries = [...history.reduce(applyToModel, new Map<string, number>())];
      assertEquals(tree.update(tree.empty(), entries), root);
      const oneByOne = entries.toReversed().reduce((current, entry) => tree.update(current, [entry]), tree.empty());
      assertEquals(oneByOne, root);
    }),
    { numRuns: 20 },
  );
});

Deno.test("Tree.diff() finds what comparing all entries finds", () => {
  fc.assert(
    fc.property(histories, fc.oneof(puts, deletes), (history, change) => {
      const tree = new Tree<number>(new CountingObjects());
      const old = history.reduce(applyToModel, new Map<string, number>());
      const young = applyToModel(old, change);
      const before = tree.update(tree.empty(), old);
      const after = tree.update(before, change);
      const expected: Difference<number>[] = [...new Set([...old.keys(), ...young.keys()])]
        .filter((key) => old.get(key) !== young.get(key))
        .map((key) => ({ key, before: old.get(key), after: young.get(key) }));
      assertEquals([...tree.diff(before, after)].toSorted(compareKeys), expected.toSorted(compareKeys));
    }),
    { numRuns: 40 },
  );
});
