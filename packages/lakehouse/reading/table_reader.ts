/**
 * Tables at a commit, as the catalog has them: their states, their data files, what was added since.
 *
 * @module
 */
import { formatTableName, NotFoundError, type TableName } from "@wap/core";
import { join } from "node:path";
import type { Catalog } from "../catalog/catalog.ts";
import { columnsKey } from "../table/schema.ts";
import { type DataFile, listAddedFiles, listFiles, readTable, type TableState, type TableVersion } from "../table/state.ts";
import type { Field } from "../table/types.ts";

/** Some rows of a table: its columns and the files they are in. */
export interface Relation {
  /** The columns. */
  fields: Field[];
  /** Absolute paths of the data files, oldest first. */
  paths: string[];
  /** Whether every file has just the columns that the table has now. */
  isUniform: boolean;
}

/** Reads tables at any ref. */
export class TableReader {
  readonly #catalog: Catalog;
  readonly #root: string;

  /** Makes a reader of a catalog whose data files are under `root`. */
  constructor(catalog: Catalog, root: string) {
    this.#catalog = catalog;
    this.#root = root;
  }

  /** The commit that a ref stands for. @throws {NotFoundError} */
  resolve(ref: string): string {
    return this.#catalog.resolve(ref);
  }

  /** The table at a ref, or null. */
  find(table: TableName, ref: string): TableVersion | null {
    const entry = this.#catalog.findTable(ref, table);
    return entry === null ? null : readTable(this.#catalog.objects, entry);
  }

  /** All names of tables at a ref, as `namespace.name`. */
  names(ref: string): string[] {
    return this.#catalog.listTables(ref).map(formatTableName);
  }

  /** All rows of a table at a ref. @throws {NotFoundError} */
  rows(table: TableName, ref: string): Relation {
    const { state } = this.#expect(table, ref);
    return this.#relation(state, listFiles(this.#catalog.objects, state));
  }

  /** The rows that a table has at a ref and did not have at `since`: all of them if it was not there. @throws {NotFoundError} */
  rowsSince(table: TableName, { ref, since }: { ref: string; since: string }): Relation {
    const { entry, state } = this.#expect(table, ref);
    const earlier = this.find(table, since);
    if (earlier === null || earlier.entry.uuid !== entry.uuid) return this.rows(table, ref);
    return this.#relation(state, listAddedFiles(this.#catalog.objects, { before: earlier.state, after: state }));
  }

  #expect(table: TableName, ref: string): TableVersion {
    const version = this.find(table, ref);
    if (version !== null) return version;
    throw new NotFoundError(`Cannot read table ${formatTableName(table)}: it is not at ref "${ref}"`, { code: "table_not_found" });
  }

  #relation(state: TableState, files: readonly DataFile[]): Relation {
    const { fields } = state.schema;
    const key = columnsKey(fields);
    return { fields, paths: files.map((file) => join(this.#root, file.path)), isUniform: files.every((file) => file.columns === key) };
  }
}
