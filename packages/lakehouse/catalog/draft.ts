/**
 * A catalog's tree while it is being changed: what operations and merges do to tables and namespaces, before anything is written.
 *
 * @module
 */
import { AlreadyExistsError, formatTableName, NotFoundError, parseIdentifier, parseNamespace, type TableName, TerminalError } from "@wap/core";
import { type CatalogEntry, nameOfKey, namespaceKey, namespacesAbove, type Operation, type TableEntry, tableKey } from "./entries.ts";
import type { Tree } from "./tree.ts";

/** A tree with changes on top. */
export class Draft {
  readonly #tree: Tree<CatalogEntry>;
  readonly #root: string;
  readonly #changes = new Map<string, CatalogEntry | undefined>();

  /** Starts from the tree of that root. */
  constructor(tree: Tree<CatalogEntry>, root: string) {
    this.#tree = tree;
    this.#root = root;
  }

  /** The entry of a key, with the changes so far. */
  get(key: string): CatalogEntry | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#tree.get(this.#root, key);
  }

  /** Puts an entry, or deletes it when `undefined`. */
  set(key: string, entry: CatalogEntry | undefined): void {
    this.#changes.set(key, entry);
  }

  /** Whether a namespace has a table or another namespace in it. */
  isInUse(namespace: string): boolean {
    const isInside = (key: string) => nameOfKey(key).startsWith(`${namespace}.`);
    for (const [key, entry] of this.#changes) {
      if (entry !== undefined && isInside(key)) return true;
    }
    for (const [key] of this.#tree.entries(this.#root)) {
      if (isInside(key) && !this.#changes.has(key)) return true;
    }
    return false;
  }

  /**
   * Makes the changes of one operation.
   *
   * @param operation What to do.
   * @throws {UsageError} If the name of what is to be made is none.
   * @throws {NotFoundError} If what is to be dropped is not there.
   * @throws {AlreadyExistsError} If the namespace to be made is there.
   * @throws {TerminalError} If the namespace to be dropped is in use.
   */
  apply(operation: Operation): void {
    switch (operation.kind) {
      case "putTable":
        return this.#putTable(operation.table, operation.entry);
      case "dropTable":
        return this.#drop(tableKey(operation.table), "table");
      case "createNamespace":
        return this.#createNamespace(operation.namespace);
      case "dropNamespace":
        return this.#dropNamespace(operation.namespace);
    }
  }

  /** Writes the changed tree and answers its root. */
  write(): string {
    return this.#tree.update(this.#root, this.#changes);
  }

  #putTable(table: TableName, entry: TableEntry): void {
    parseNamespace(table.namespace);
    parseIdentifier(table.name, "table name");
    this.#makeNamespaces(formatTableName(table));
    this.set(tableKey(table), entry);
  }

  #makeNamespaces(name: string): void {
    for (const namespace of namespacesAbove(name)) {
      const key = namespaceKey(namespace);
      if (this.get(key) === undefined) this.set(key, {});
    }
  }

  #createNamespace(namespace: string): void {
    parseNamespace(namespace);
    const key = namespaceKey(namespace);
    if (this.get(key) !== undefined) throw new AlreadyExistsError(`Cannot create namespace "${namespace}": it is there already`);
    this.#makeNamespaces(namespace);
    this.set(key, {});
  }

  #dropNamespace(namespace: string): void {
    if (this.isInUse(namespace)) {
      throw new TerminalError(`Cannot drop namespace "${namespace}": there are tables or namespaces in it`, {
        code: "namespace_not_empty",
        hint: "Drop what is in it first",
      });
    }
    this.#drop(namespaceKey(namespace), "namespace");
  }

  #drop(key: string, what: string): void {
    if (this.get(key) === undefined) throw new NotFoundError(`Cannot drop ${what} "${nameOfKey(key)}": it is not there`);
    this.set(key, undefined);
  }
}
