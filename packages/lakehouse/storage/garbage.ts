/**
 * Data files that no commit names: what a process left that was killed between writing its files and its commit, and what deleted branches leave behind.
 *
 * @module
 */
import type { GarbageFile } from "@wap/core";
import { readdir, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Catalog } from "../catalog/catalog.ts";
import { filesIn, readTable } from "../table/state.ts";
import { DATA_FOLDER } from "./data_folder.ts";
import type { Staging } from "./staging.ts";

/** Where to look. */
export interface GarbagePlaces {
  /** What is named. */
  catalog: Catalog;
  /** The lakehouse's folder. */
  root: string;
  /** Where downloads and half-written files are. */
  staging: Staging;
}

/**
 * Finds, and unless it is a dry run removes, data files that no commit of any ref names, and what killed processes left in staging.
 *
 * @param places Where to look.
 * @param options Younger files may belong to an import that has not committed yet, and are left alone.
 * @returns The files, by their path from the lakehouse's folder.
 */
export async function collectFiles(
  { catalog, root, staging }: GarbagePlaces,
  options: { dryRun: boolean; olderThanMs: number },
): Promise<GarbageFile[]> {
  // Listed before what is named is read: a file that is committed in between is named by then.
  const present = await listFiles(root, options.olderThanMs);
  const named = namedFiles(catalog);
  const garbage = present.filter((file) => !named.has(file.path));
  for (const path of await staging.findLeftBehind(options)) garbage.push({ path: relative(root, path), size: await sizeOf(path) });
  if (!options.dryRun) {
    for (const { path } of garbage) await rm(join(root, path), { recursive: true, force: true });
  }
  return garbage;
}

/** The paths of all data files that a commit of any ref names: each commit adds what it has and its first parent has not. */
function namedFiles(catalog: Catalog): Set<string> {
  const [named, commits, states] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const files = filesIn(catalog.objects);
  for (const { hash } of catalog.listRefs()) {
    for (const commit of catalog.log(hash)) {
      if (commits.has(commit.hash)) continue;
      commits.add(commit.hash);
      const [parent] = commit.parents;
      for (const { after } of parent === undefined ? [] : catalog.diff(parent, commit.hash)) {
        if (after === undefined || states.has(after.state)) continue;
        states.add(after.state);
        for (const [path] of files.entries(readTable(catalog.objects, after).state.files)) named.add(path);
      }
    }
  }
  return named;
}

/** Bytes of a file, or of all files in a folder. */
async function sizeOf(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => null);
  const files = entries === null ? [path] : entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map((file) => stat(file).then((info) => info.size, () => 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function listFiles(root: string, olderThanMs: number): Promise<GarbageFile[]> {
  const limit = Date.now() - olderThanMs;
  const found: GarbageFile[] = [];
  const entries = await readdir(join(root, DATA_FOLDER), { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const info = await stat(path).catch(() => null);
    if (info !== null && info.mtimeMs <= limit) found.push({ path: relative(root, path), size: info.size });
  }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
