/**
 * The three-way merge: what the source changed since the two sides parted is made on the target, unless the target changed the same entry otherwise.
 *
 * Where they parted is their best common ancestor, which honours earlier merges. After merges in both directions there can be two of them. An entry on which
 * those agree has that as its base; else its base is what a merge of the two ancestors makes of it; and where that is a conflict, or there are more than
 * two, it has none, and sides that differ are a conflict.
 *
 * @module
 */
import type { TableConflict } from "@wap/core";
import type { CommitRow, CommitStore } from "./commit_store.ts";
import { type Change, CONTESTED, describeConflict, describeOrphan, isSame, type SideNames } from "./conflict.ts";
import { Draft } from "./draft.ts";
import { type CatalogEntry, isTableKey, nameOfKey, namespaceKey, namespacesAbove } from "./entries.ts";
import type { Tree } from "./tree.ts";

/** The two commits of a merge, and what to call them. */
export interface MergeSides {
  /** The commit merged in. */
  source: CommitRow;
  /** The commit it is merged into. */
  target: CommitRow;
  /** What the two are called in the reasons of conflicts. */
  names: SideNames;
  /** Where the two parted; their best common ancestors if absent. */
  base?: CommitRow;
}

/** The root of the merged tree, or the conflicts in its way. */
export type MergeOutcome = { tree: string } | { conflicts: TableConflict[] };

/** Merges commits of one catalog. */
export class Merger {
  readonly #tree: Tree<CatalogEntry>;
  readonly #commits: CommitStore;

  /** Merges with the trees and the history of a catalog. */
  constructor(tree: Tree<CatalogEntry>, commits: CommitStore) {
    this.#tree = tree;
    this.#commits = commits;
  }

  /**
   * Merges the source into the target's tree.
   *
   * @param sides The two commits.
   * @returns The root of the merged tree, the target's own when the source has nothing it lacks; or the conflicts, sorted by name.
   */
  merge({ source, target, names, base }: MergeSides): MergeOutcome {
    const draft = new Draft(this.#tree, target.tree);
    const ancestors = base === undefined ? this.#commits.commonAncestors(target, source) : [base];
    const changes = [...this.#changes(source, { target, ancestors })].filter((change) => !isSame(change.source, change.target));
    const applied = changes.filter((change) => isSame(change.base, change.target));
    const refused = changes.filter((change) => !isSame(change.base, change.target));
    for (const { key, source } of applied) draft.set(key, source);
    keepUsedNamespaces(draft, applied);
    const conflicts = [
      ...refused.map((change) => describeConflict(change, names)),
      ...findOrphans(draft, applied).map((orphan) => describeOrphan(orphan, names)),
    ];
    if (conflicts.length === 0) return { tree: draft.write() };
    return { conflicts: conflicts.toSorted((a, b) => (a.table < b.table ? -1 : 1)) };
  }

  *#changes(source: CommitRow, { target, ancestors }: { target: CommitRow; ancestors: CommitRow[] }): Generator<Change> {
    const seen = new Set<string>();
    for (const ancestor of ancestors) {
      for (const { key, after } of this.#tree.diff(ancestor.tree, source.tree)) {
        if (seen.has(key)) continue;
        seen.add(key);
        const base = this.#base(key, ancestors);
        if (!isSame(base, after)) yield { key, base, source: after, target: this.#tree.get(target.tree, key) };
      }
    }
  }

  #base(key: string, ancestors: CommitRow[]): Change["base"] {
    const [first, second, ...more] = ancestors;
    const [left, right] = [first, second].map((ancestor) => ancestor && this.#tree.get(ancestor.tree, key));
    if (ancestors.slice(1).every((ancestor) => isSame(left, this.#tree.get(ancestor.tree, key)))) return left;
    if (more.length > 0) return CONTESTED;
    const base = this.#base(key, this.#commits.commonAncestors(first!, second!));
    if (isSame(base, left)) return right;
    return isSame(base, right) ? left : CONTESTED;
  }
}

/** Takes back the drop of a namespace that has something in it on the target: tables made there are worth more than a tidy catalog. */
function keepUsedNamespaces(draft: Draft, applied: Change[]): void {
  for (const { key, source } of applied) {
    if (!isTableKey(key) && source === undefined && draft.isInUse(nameOfKey(key))) draft.set(key, {});
  }
}

/** Finds what would be put into a namespace that the target dropped. */
function findOrphans(draft: Draft, applied: Change[]): { name: string; namespace: string }[] {
  return applied.flatMap(({ key, source }) => {
    if (source === undefined) return [];
    const name = nameOfKey(key);
    const namespace = namespacesAbove(name).find((above) => draft.get(namespaceKey(above)) === undefined);
    return namespace === undefined ? [] : [{ name, namespace }];
  });
}
