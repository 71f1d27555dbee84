/**
 * Making written rows part of a table: files first, then one transaction of the catalog.
 *
 * @module
 */
import { canonicalJson, type CommitInfo, HeadMovedError, NotFoundError, type TableName } from "@wap/core";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { CatalogTransaction } from "../catalog/entries.ts";
import type { ObjectStore } from "../catalog/object_store.ts";
import { locationOf } from "../storage/data_folder.ts";
import { moveInto } from "../storage/durable.ts";
import { toStorageError } from "../storage/storage_error.ts";
import type { Schema } from "../table/schema.ts";
import { changeTable, emptyTable, type LedgerEntry, ledgersIn, readTable, type TableVersion } from "../table/state.ts";
import type { WrittenFile } from "./parquet_writer.ts";
import type { WriteContext } from "./write_context.ts";

/** Rows to be made part of a table. */
export interface RowsToCommit {
  /** The table. */
  table: TableName;
  /** The table as the rows were fitted to it; null if it is to be made. */
  version: TableVersion | null;
  /** The head of the branch at that time. */
  head: string;
  /** The table's columns afterwards. */
  schema: Schema;
  /** The files with the rows, in staging. */
  files: readonly WrittenFile[];
  /** Whether they take the place of the rows there. */
  replace: boolean;
  /** The source files of the rows. */
  sources: Record<string, LedgerEntry>;
  /** Whether the source files noted so far are forgotten. */
  forgetSources: boolean;
}

/**
 * Commits rows to a branch. Whoever reads the branch sees all of them or none; if this throws, none.
 *
 * @param context The lakehouse.
 * @param rows The rows.
 * @param info The branch and what to say about the commit.
 * @returns The branch's new head.
 * @throws {HeadMovedError} If the table was changed on the branch meanwhile in a way that the rows do not go with.
 */
export async function commitRows(context: WriteContext, rows: RowsToCommit, info: CommitInfo & { branch: string }): Promise<string> {
  const uuid = rows.version?.entry.uuid ?? crypto.randomUUID();
  const location = rows.version?.state.location ?? locationOf(rows.table, uuid);
  const moves = rows.files.map(({ path }) => ({ from: path, name: `${crypto.randomUUID()}.parquet` }));
  await moveInto(moves, join(context.root, location)).catch((error) => {
    throw toStorageError(error, context.root) ?? error;
  });
  const added = rows.files.map((file, index) => ({ ...file, path: `${location}/${moves[index]!.name}` }));
  try {
    // The commit point: before it the files are nobody's, after it they are the table's.
    return context.catalog.commit(info, (transaction) => {
      const current = currentVersion(transaction, { rows, branch: info.branch }) ?? emptyTable(transaction.objects, { uuid, location });
      return [{ kind: "putTable", table: rows.table, entry: changeTable(transaction.objects, current, { ...rows, added }) }];
    }).hash;
  } catch (error) {
    // After any other error the transaction may have been kept; files that nobody has are found as garbage.
    const isBefore = error instanceof HeadMovedError || error instanceof NotFoundError;
    if (isBefore) await Promise.all(added.map(({ path }) => rm(join(context.root, path), { force: true })));
    throw error;
  }
}

/**
 * The table as it is now. Rows that are added go with rows that others added meanwhile, if the columns stayed and the source files are not the same.
 */
function currentVersion({ head, objects, findTable }: CatalogTransaction, { rows, branch }: { rows: RowsToCommit; branch: string }): TableVersion | null {
  const entry = findTable(rows.table);
  if (entry?.state === rows.version?.entry.state) return rows.version;
  const current = entry === null ? null : readTable(objects, entry);
  if (current !== null && rows.version !== null && !rows.replace && goTogether(objects, { current, rows, seen: rows.version })) return current;
  throw new HeadMovedError(branch, { expected: rows.head, actual: head });
}

function goTogether(objects: ObjectStore, { current, rows, seen }: { current: TableVersion; rows: RowsToCommit; seen: TableVersion }): boolean {
  if (current.entry.uuid !== seen.entry.uuid || canonicalJson(current.state.schema) !== canonicalJson(seen.state.schema)) return false;
  return Object.keys(rows.sources).every((uri) => ledgersIn(objects).get(current.state.ledger, uri) === undefined);
}
