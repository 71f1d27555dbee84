/**
 * How tables differ between two commits.
 *
 * @module
 */
import { canonicalJson, type TableChange } from "@wap/core";
import type { Catalog } from "../catalog/catalog.ts";
import type { TableEntry } from "../catalog/entries.ts";
import type { ObjectStore } from "../catalog/object_store.ts";
import { filesIn, readTable } from "../table/state.ts";

/**
 * Finds the tables that differ between two refs.
 *
 * @param catalog Where both are.
 * @param from The one ref.
 * @param to The other.
 * @returns One entry per table, sorted by name.
 */
export function findTableChanges(catalog: Catalog, from: string, to: string): TableChange[] {
  return catalog.diff(from, to).map(({ table, before, after }) => {
    if (before === undefined) return { table, kind: "created", schemaChanged: true };
    if (after === undefined) return { table, kind: "dropped", schemaChanged: true };
    if (before.uuid !== after.uuid) return { table, kind: "recreated", schemaChanged: true };
    return { table, ...compare(catalog.objects, before, after) };
  });
}

function compare(objects: ObjectStore, before: TableEntry, after: TableEntry): Pick<TableChange, "kind" | "schemaChanged"> {
  const [old, young] = [readTable(objects, before).state, readTable(objects, after).state];
  const keepsFiles = [...filesIn(objects).diff(old.files, young.files)].every((file) => file.before === undefined);
  return { kind: keepsFiles ? "appended" : "rewritten", schemaChanged: canonicalJson(old.schema) !== canonicalJson(young.schema) };
}
