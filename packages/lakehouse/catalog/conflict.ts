/**
 * Why an entry cannot be merged, as a kind and in words.
 *
 * @module
 */
import { canonicalJson } from "@wap/core";
import type { TableConflict } from "@wap/core";
import { type CatalogEntry, nameOfKey } from "./entries.ts";

/** Stands for the base of an entry on which the common ancestors are in conflict themselves. */
export const CONTESTED: unique symbol = Symbol("contested");

/** What to call the two sides of a merge in words. */
export interface SideNames {
  /** The side merged in. */
  source: string;
  /** The side it is merged into. */
  target: string;
}

/** An entry that the source changed: where the sides parted, and at both of them. */
export interface Change {
  /** The entry's key. */
  key: string;
  /** Where the sides parted. */
  base: CatalogEntry | undefined | typeof CONTESTED;
  /** At the source. */
  source: CatalogEntry | undefined;
  /** At the target. */
  target: CatalogEntry | undefined;
}

/** Whether two entries are equal, or both absent; a contested base equals nothing. */
export function isSame(a: Change["base"], b: Change["base"]): boolean {
  if (typeof a === "object" && typeof b === "object") return canonicalJson(a) === canonicalJson(b);
  return a === b && a !== CONTESTED;
}

/** The conflict of an entry that both sides changed, each in its own way. */
export function describeConflict({ key, base, source, target }: Change, names: SideNames): TableConflict {
  const table = nameOfKey(key);
  if (base === CONTESTED) {
    const reason = `differs in "${names.source}" and "${names.target}", and the commits where they parted disagree on it`;
    return { table, kind: "value_differs", reason };
  }
  const [here, there] = [verb(base, source), verb(base, target)];
  const reason = here === there
    ? `was ${here} in both "${names.source}" and "${names.target}"`
    : `was ${here} in "${names.source}" and ${there} in "${names.target}"`;
  return { table, kind: kindOf(base, { source, target }), reason };
}

/** The conflict of an entry whose namespace the target dropped. */
export function describeOrphan({ name, namespace }: { name: string; namespace: string }, names: SideNames): TableConflict {
  const reason = `was made in "${names.source}", but its namespace "${namespace}" was dropped in "${names.target}"`;
  return { table: name, kind: "namespace_absent", reason };
}

function kindOf(base: CatalogEntry | undefined, { source, target }: Pick<Change, "source" | "target">): TableConflict["kind"] {
  if (base === undefined) return "key_exists";
  if (target === undefined) return "key_does_not_exist";
  if (source === undefined) return isSameTable(base, target) ? "key_does_not_exist" : "content_id_differs";
  return isSameTable(source, target) ? "value_differs" : "content_id_differs";
}

function verb(base: CatalogEntry | undefined, side: CatalogEntry | undefined): string {
  if (base === undefined) return "made";
  if (side === undefined) return "dropped";
  return isSameTable(base, side) ? "changed" : "dropped and made anew";
}

function isSameTable(a: CatalogEntry, b: CatalogEntry): boolean {
  return a["uuid"] === b["uuid"];
}
