import { MergeConflictError, sha256 } from "@wap/core";
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Catalog } from "./catalog.ts";
import type { Operation } from "./entries.ts";

/** What one side does to each table: nothing, drop it, or put so many rows; dropping what is not there does nothing. */
type Edits = ("keep" | "drop" | number)[];

/** Rows by table; a table without rows here is not there. */
type Model = Map<string, number>;

const TABLES = Array.from({ length: 40 }, (_, index) => ({ namespace: `ns${index % 3}`, name: `t${index}` }));
const NOTE = { message: "change", author: "ann" };

// Sides that change much mostly conflict, sides that change little mostly do not.
const edits = fc.oneof(editsKeeping(4), editsKeeping(60));

function editsKeeping(weight: number): fc.Arbitrary<Edits> {
  const edit = fc.oneof({ weight, arbitrary: fc.constant("keep" as const) }, fc.constant("drop" as const), fc.nat({ max: 2 }));
  return fc.array(edit, { minLength: TABLES.length, maxLength: TABLES.length });
}

function operationsOf(edits: Edits, model: Model): Operation[] {
  return edits.flatMap((edit, index): Operation[] => {
    const table = TABLES[index]!;
    if (edit === "keep" || (edit === "drop" && !model.has(table.name))) return [];
    if (edit === "drop") return [{ kind: "dropTable", table }];
    return [{ kind: "putTable", table, entry: { uuid: table.name, state: sha256(`${edit}`), records: edit, size: 0 } }];
  });
}

function edited(model: Model, edits: Edits): Model {
  const next = new Map(model);
  edits.forEach((edit, index) => {
    const { name } = TABLES[index]!;
    if (edit === "drop") next.delete(name);
    else if (edit !== "keep") next.set(name, edit);
  });
  return next;
}

/** The three-way merge as one would do it by hand: the merged rows, and the tables in conflict. */
function mergeByHand(base: Model, sides: { source: Model; target: Model }): { merged: Model; conflicts: string[] } {
  const merged: Model = new Map();
  const conflicts: string[] = [];
  for (const { namespace, name } of TABLES) {
    const [was, ours, theirs] = [base.get(name), sides.source.get(name), sides.target.get(name)];
    if (ours !== theirs && ours !== was && theirs !== was) conflicts.push(`${namespace}.${name}`);
    const value = ours === was ? theirs : ours;
    if (value !== undefined) merged.set(name, value);
  }
  return { merged, conflicts: conflicts.toSorted() };
}

function openWith(base: Edits): { catalog: Catalog; model: Model } {
  let second = 0;
  const catalog = Catalog.open(":memory:", { now: () => new Date(second++ * 1000) });
  const model = edited(new Map(), base);
  catalog.commit({ branch: "main", ...NOTE }, () => operationsOf(base, new Map()));
  return { catalog, model };
}

function branchWith(catalog: Catalog, name: string, operations: Operation[]): void {
  catalog.createBranch(name, { from: "main" });
  catalog.commit({ branch: name, ...NOTE }, () => operations);
}

function modelAt(catalog: Catalog, ref: string): Model {
  return new Map(catalog.listTables(ref).map((table) => [table.name, table.records]));
}

function sorted(model: Model): [string, number][] {
  return [...model].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

Deno.test("merge() agrees with a merge by hand, or refuses, names its conflicts and leaves everything untouched", () => {
  fc.assert(
    fc.property(edits, edits, edits, (base, source, target) => {
      const { catalog, model } = openWith(base);
      using _ = catalog;
      branchWith(catalog, "dev", operationsOf(source, model));
      catalog.commit({ branch: "main", ...NOTE }, () => operationsOf(target, model));
      const { merged, conflicts } = mergeByHand(model, { source: edited(model, source), target: edited(model, target) });
      const before = [catalog.listRefs(), [...catalog.log("main")], catalog.listTables("main")];
      if (conflicts.length === 0) {
        catalog.merge({ source: "dev", target: "main", ...NOTE });
        assertEquals(sorted(modelAt(catalog, "main")), sorted(merged));
        return;
      }
      const error = assertThrows(() => catalog.merge({ source: "dev", target: "main", ...NOTE }), MergeConflictError);
      assertEquals(error.conflicts.map((conflict) => conflict.table), conflicts);
      assertEquals([catalog.listRefs(), [...catalog.log("main")], catalog.listTables("main")], before);
    }),
    { numRuns: 60 },
  );
});

Deno.test("merge() of disjoint changes gives the same tables in either order", () => {
  fc.assert(
    fc.property(edits, edits, fc.array(fc.boolean(), { minLength: TABLES.length, maxLength: TABLES.length }), (base, both, isLeft) => {
      const { catalog, model } = openWith(base);
      using _ = catalog;
      branchWith(catalog, "left", operationsOf(both.map((edit, index) => (isLeft[index] ? edit : "keep")), model));
      branchWith(catalog, "right", operationsOf(both.map((edit, index) => (isLeft[index] ? "keep" : edit)), model));
      catalog.createBranch("other", { from: "main" });
      for (const source of ["left", "right"]) catalog.merge({ source, target: "main", ...NOTE });
      for (const source of ["right", "left"]) catalog.merge({ source, target: "other", ...NOTE });
      assertEquals(catalog.listTables("main"), catalog.listTables("other"));
      assertEquals(catalog.listNamespaces("main"), catalog.listNamespaces("other"));
      assertEquals(sorted(modelAt(catalog, "main")), sorted(edited(model, both)));
    }),
    { numRuns: 40 },
  );
});

Deno.test("merge() a second time, and of an unchanged branch, does nothing", () => {
  fc.assert(
    fc.property(edits, edits, (base, source) => {
      const { catalog, model } = openWith(base);
      using _ = catalog;
      catalog.createBranch("unchanged", { from: "main" });
      branchWith(catalog, "dev", operationsOf(source, model));
      catalog.merge({ source: "dev", target: "main", ...NOTE });
      const head = catalog.resolve("main");
      for (const branch of ["dev", "unchanged"]) {
        assertEquals(catalog.merge({ source: branch, target: "main", ...NOTE }), { commit: head, merged: false });
      }
      assertEquals(catalog.resolve("main"), head);
    }),
    { numRuns: 30 },
  );
});
