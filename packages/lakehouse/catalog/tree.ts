/**
 * A persistent map from names to JSON values, kept as immutable nodes in an object store.
 *
 * It is a hash trie: the hexadecimal digits of a key's SHA-256 choose the way down, sixteen ways at each level, and a part with few entries is one leaf.
 * Its shape depends on nothing but its entries, so equal maps have equal roots whatever their history, and {@linkcode Tree.diff} skips what is equal.
 * A change writes the nodes on the way to it and nothing else.
 *
 * @module
 */
import { canonicalJson, sha256 } from "@wap/core";
import type { ObjectStore } from "./object_store.ts";

/** A part of a tree with more entries than this is split sixteen ways. Part of the format: another value gives other roots. */
const LEAF_ENTRIES = 32;

const DIGITS = "0123456789abcdef";

/** One key whose values differ between two trees. */
export interface Difference<V> {
  /** The key. */
  key: string;
  /** Its value in the first tree; undefined when it is not there. */
  before: V | undefined;
  /** Its value in the second tree; undefined when it is not there. */
  after: V | undefined;
}

/** A subtree, with its entries counted so that a shrinking tree knows when it is a leaf again. */
interface Child {
  hash: string;
  count: number;
}

type Entry<V> = [key: string, value: V];
type Change<V> = readonly [key: string, value: V | undefined];
type Children = Record<string, Child>;
type Node<V> = { leaf: Entry<V>[] } | { branch: Children };

/**
 * Reads and changes persistent maps whose nodes are in one object store; a map is named by the hash of its root.
 *
 * @typeParam V The values: anything JSON can carry but undefined.
 * @example
 * ```ts ignore
 * const tree = new Tree<number>(objects);
 * const one = tree.update(tree.empty(), [["a", 1]]);
 * const two = tree.update(one, [["a", undefined], ["b", 2]]);
 * [...tree.diff(one, two)]; // a: 1 -> undefined, b: undefined -> 2
 * ```
 */
export class Tree<V> {
  readonly #objects: ObjectStore;

  /** Makes a reader and writer of the trees in `objects`. */
  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /** The root of the map without entries, kept in the store. */
  empty(): string {
    return this.#objects.put({ leaf: [] });
  }

  /**
   * Reads one value.
   *
   * @param root The map.
   * @param key The key.
   * @returns Its value, or undefined.
   */
  get(root: string, key: string): V | undefined {
    const digest = sha256(key);
    let node = this.#node(root);
    for (let depth = 0; "branch" in node; depth++) {
      const child = node.branch[digest.charAt(depth)];
      if (child === undefined) return undefined;
      node = this.#node(child.hash);
    }
    return node.leaf.find((entry) => entry[0] === key)?.[1];
  }

  /** How many entries a map has, without reading them. */
  size(root: string): number {
    const node = this.#node(root);
    return "leaf" in node ? node.leaf.length : countEntries(node.branch);
  }

  /** All entries of a map, in an order that depends on the entries alone. */
  *entries(root: string): Generator<[key: string, value: V]> {
    const node = this.#node(root);
    if ("leaf" in node) yield* node.leaf;
    else for (const child of childrenOf(node.branch)) yield* this.entries(child.hash);
  }

  /**
   * Makes a map from another by putting and deleting any number of keys.
   *
   * @param root The map to start from, which stays as it is.
   * @param changes Keys and their new values, `undefined` deletes; the later of two changes to a key holds, deleting what is not there does nothing.
   * @returns The new map's root.
   */
  update(root: string, changes: Iterable<Change<V>>): string {
    const latest = [...new Map(changes)];
    return latest.length === 0 ? root : this.#update(root, latest, 0).hash;
  }

  /**
   * Finds what differs between two maps, reading only the nodes that do.
   *
   * @param before The root of the first.
   * @param after The root of the second.
   * @returns One entry per key whose values differ.
   */
  *diff(before: string, after: string): Generator<Difference<V>> {
    if (before === after) return;
    const [old, young] = [this.#node(before), this.#node(after)];
    if ("leaf" in old || "leaf" in young) return yield* this.#diffEntries(before, after);
    for (const digit of DIGITS) {
      const [left, right] = [old.branch[digit], young.branch[digit]];
      if (left && right) yield* this.diff(left.hash, right.hash);
      else if (left) { for (const [key, value] of this.entries(left.hash)) yield { key, before: value, after: undefined }; }
      else if (right) { for (const [key, value] of this.entries(right.hash)) yield { key, before: undefined, after: value }; }
    }
  }

  *#diffEntries(before: string, after: string): Generator<Difference<V>> {
    const old = new Map(this.entries(before));
    for (const [key, value] of this.entries(after)) {
      const was = old.get(key);
      old.delete(key);
      if (was === undefined || canonicalJson(was) !== canonicalJson(value)) yield { key, before: was, after: value };
    }
    for (const [key, value] of old) yield { key, before: value, after: undefined };
  }

  #update(root: string, changes: Change<V>[], depth: number): Child {
    const node = this.#node(root);
    if ("leaf" in node) return this.#build(applyChanges(node.leaf, changes), depth);
    const children: Children = { ...node.branch };
    for (const [digit, group] of groupByDigit(changes, depth)) {
      const child = children[digit];
      const updated = child ? this.#update(child.hash, group, depth + 1) : this.#build(applyChanges([], group), depth + 1);
      if (updated.count === 0) delete children[digit];
      else children[digit] = updated;
    }
    return this.#join(children);
  }

  #build(entries: Entry<V>[], depth: number): Child {
    if (entries.length <= LEAF_ENTRIES) return this.#leaf(entries);
    const children: Children = {};
    for (const [digit, group] of groupByDigit(entries, depth)) children[digit] = this.#build(group, depth + 1);
    return this.#join(children);
  }

  #join(children: Children): Child {
    const count = countEntries(children);
    if (count > LEAF_ENTRIES) return { hash: this.#objects.put({ branch: children }), count };
    return this.#leaf(childrenOf(children).flatMap((child) => [...this.entries(child.hash)]));
  }

  #leaf(entries: Entry<V>[]): Child {
    const leaf = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
    return { hash: this.#objects.put({ leaf }), count: leaf.length };
  }

  #node(hash: string): Node<V> {
    return this.#objects.get(hash) as Node<V>;
  }
}

function applyChanges<V>(entries: Entry<V>[], changes: Change<V>[]): Entry<V>[] {
  const result = new Map(entries);
  for (const [key, value] of changes) {
    if (value === undefined) result.delete(key);
    else result.set(key, value);
  }
  return [...result];
}

function groupByDigit<T extends readonly [key: string, ...unknown[]]>(items: T[], depth: number): Map<string, T[]> {
  return Map.groupBy(items, ([key]) => sha256(key).charAt(depth));
}

function childrenOf(children: Children): Child[] {
  return [...DIGITS].flatMap((digit) => children[digit] ?? []);
}

function countEntries(children: Children): number {
  return Object.values(children).reduce((sum, child) => sum + child.count, 0);
}
