/**
 * What a table is at one commit: its columns, its data files and the source files its rows came from.
 *
 * A state is one immutable object of the catalog; its files and its ledger are persistent maps, so that a state costs no more than what it changes.
 *
 * @module
 */
import type { TableEntry } from "../catalog/entries.ts";
import type { ObjectStore } from "../catalog/object_store.ts";
import { Tree } from "../catalog/tree.ts";
import { emptySchema, type Schema } from "./schema.ts";

/** A Parquet file with rows of a table. */
export interface DataFile {
  /** Where it is, from the lakehouse's folder. */
  path: string;
  /** The how-manieth change of the table wrote it: rows are read in this order. */
  sequence: number;
  /** The columns it was written with, as {@linkcode columnsKey} names them. */
  columns: string;
  /** Rows in it. */
  records: number;
  /** Bytes of it. */
  size: number;
  /** Bytes by field id, primitive types only. */
  columnSizes: Record<number, number>;
  /** Values by field id, NULLs included. */
  valueCounts: Record<number, number>;
  /** NULLs by field id. */
  nullCounts: Record<number, number>;
}

/** A source file whose rows are, or were, imported. */
export interface LedgerEntry {
  /** The SHA-256 of its content. */
  fingerprint: string;
  /** Its bytes. */
  size: number;
  /** Its rows, before a transform. */
  records: number;
}

/** A table at one commit, as the catalog keeps it. */
export interface TableState {
  /** The layout of this object. */
  version: 1;
  /** The folder of the data files, from the lakehouse's folder. */
  location: string;
  /** The columns. */
  schema: Schema;
  /** How many times the table was changed. */
  lastSequence: number;
  /** The root of the data files by path. */
  files: string;
  /** The root of the source files by URI. */
  ledger: string;
}

/** A table at one commit, with what the catalog says about it. */
export interface TableVersion {
  /** Its entry in the catalog. */
  entry: TableEntry;
  /** Its state. */
  state: TableState;
}

/** A change to a table's rows and columns. */
export interface TableChange {
  /** The columns afterwards. */
  schema: Schema;
  /** The files to be added; their sequence number is set here. */
  added: Omit<DataFile, "sequence">[];
  /** Whether the files that are there go. */
  replace: boolean;
  /** The source files to be noted. */
  sources: Record<string, LedgerEntry>;
  /** Whether the source files noted so far are forgotten. */
  forgetSources: boolean;
}

/** The data files of tables, by path. */
export function filesIn(objects: ObjectStore): Tree<DataFile> {
  return new Tree(objects);
}

/** The source files of tables, by URI. */
export function ledgersIn(objects: ObjectStore): Tree<LedgerEntry> {
  return new Tree(objects);
}

/**
 * Makes a table that has nothing in it.
 *
 * @param objects Where its maps are kept.
 * @param table Its uuid and the folder of its data files.
 * @returns The table, whose state is not in `objects` yet.
 */
export function emptyTable(objects: ObjectStore, table: { uuid: string; location: string }): TableVersion {
  const state: TableState = {
    version: 1,
    location: table.location,
    schema: emptySchema(),
    lastSequence: 0,
    files: filesIn(objects).empty(),
    ledger: ledgersIn(objects).empty(),
  };
  return { entry: { uuid: table.uuid, state: "", records: 0, size: 0 }, state };
}

/** Reads the state of a table. */
export function readTable(objects: ObjectStore, entry: TableEntry): TableVersion {
  return { entry, state: objects.get(entry.state) as TableState };
}

/**
 * Applies a change to a table.
 *
 * @param objects Where the new state is kept.
 * @param before The table as it is.
 * @param change What to do.
 * @returns The table's entry afterwards.
 */
export function changeTable(objects: ObjectStore, before: TableVersion, change: TableChange): TableEntry {
  const [files, ledgers] = [filesIn(objects), ledgersIn(objects)];
  const sequence = before.state.lastSequence + 1;
  const added = change.added.map((file): [string, DataFile] => [file.path, { ...file, sequence }]);
  const state: TableState = {
    ...before.state,
    schema: change.schema,
    lastSequence: sequence,
    files: files.update(change.replace ? files.empty() : before.state.files, added),
    ledger: ledgers.update(change.forgetSources ? ledgers.empty() : before.state.ledger, Object.entries(change.sources)),
  };
  const kept = change.replace ? { records: 0, size: 0 } : before.entry;
  return {
    uuid: before.entry.uuid,
    state: objects.put(state),
    records: change.added.reduce((sum, file) => sum + file.records, kept.records),
    size: change.added.reduce((sum, file) => sum + file.size, kept.size),
  };
}

/** The data files of a table, oldest first. */
export function listFiles(objects: ObjectStore, state: TableState): DataFile[] {
  return filesIn(objects).entries(state.files).map(([, file]) => file).toArray().toSorted(compareFiles);
}

/** The data files that a table has now and did not have before, oldest first. */
export function listAddedFiles(objects: ObjectStore, states: { before: TableState; after: TableState }): DataFile[] {
  const differences = filesIn(objects).diff(states.before.files, states.after.files);
  return differences.flatMap(({ before, after }) => before === undefined && after !== undefined ? [after] : []).toArray().toSorted(compareFiles);
}

function compareFiles(a: DataFile, b: DataFile): number {
  return a.sequence - b.sequence || (a.path < b.path ? -1 : 1);
}
