/**
 * What a catalog's tree holds: tables and namespaces, and the operations that change them. Says nothing of how they are stored.
 *
 * @module
 */
import { type CommitInfo, formatTableName, parseTableName, type TableName } from "@wap/core";
import type { ObjectStore } from "./object_store.ts";

/** A table as the catalog knows it. */
export interface TableEntry {
  /** Identifies the table from its making to its dropping; one made anew under the same name has another. */
  uuid: string;
  /** The hash of the object that describes its schema and files. */
  state: string;
  /** Rows. */
  records: number;
  /** Bytes of its data files. */
  size: number;
}

/** A namespace: there or not, nothing more. */
export type NamespaceEntry = Record<string, never>;

/** A value of the catalog's tree. */
export type CatalogEntry = TableEntry | NamespaceEntry;

/** A table's entry with its name. */
export type NamedTableEntry = TableName & TableEntry;

/** One change of a commit. */
export type Operation =
  /** Makes or changes a table; its namespace and the ones above it are made if they are not there. */
  | { kind: "putTable"; table: TableName; entry: TableEntry }
  /** Drops a table that is there. */
  | { kind: "dropTable"; table: TableName }
  /** Makes a namespace that is not there, and the ones above it. */
  | { kind: "createNamespace"; namespace: string }
  /** Drops a namespace with nothing in it. */
  | { kind: "dropNamespace"; namespace: string };

/** Where a commit goes and what it says. */
export interface CommitRequest extends CommitInfo {
  /** The branch to move. */
  branch: string;
  /** The head the caller has seen; the commit is refused with `HeadMovedError` if the branch is elsewhere. */
  expectedHead?: string;
}

/** What the function that makes a commit may look at and write to; all of it in the commit's own transaction. */
export interface CatalogTransaction {
  /** The branch's head, which nobody else can move until the commit is made. */
  readonly head: string;
  /** Where the states of tables are kept. */
  readonly objects: ObjectStore;
  /** The table at the head, or null. */
  findTable(table: TableName): TableEntry | null;
}

const TABLE = "table:";
const NAMESPACE = "namespace:";

/** The tree's key of a table. */
export function tableKey(table: TableName): string {
  return TABLE + formatTableName(table);
}

/** The tree's key of a namespace. */
export function namespaceKey(namespace: string): string {
  return NAMESPACE + namespace;
}

/** Whether a key is a table's. */
export function isTableKey(key: string): boolean {
  return key.startsWith(TABLE);
}

/** The dotted name in a key. */
export function nameOfKey(key: string): string {
  return key.slice(key.indexOf(":") + 1);
}

/** The table a key names. */
export function tableOfKey(key: string): TableName {
  return parseTableName(nameOfKey(key));
}

/** The namespaces that a dotted name is in, innermost first: `a.b` and `a` for `a.b.c`. */
export function namespacesAbove(name: string): string[] {
  const parts = name.split(".");
  return parts.slice(1).map((_, index) => parts.slice(0, parts.length - 1 - index).join("."));
}
