/**
 * What runs left behind: branches that no run needs any more, and data files that no commit names.
 *
 * @module
 */
import type { GarbageFile, Lakehouse } from "../lakehouse.ts";
import type { RunStore } from "../store/run_store.ts";

/** What was found, or removed. */
export interface GarbageReport {
  /** Branches of runs that ended without being told to keep them. */
  branches: { name: string; runId: string; hash: string }[];
  /** Files that no commit names. */
  files: GarbageFile[];
}

/**
 * Finds, and unless told otherwise removes, what runs left behind.
 *
 * @param store The runs.
 * @param lakehouse Their lakehouse.
 * @param options `dryRun` only finds; files younger than `olderThanMs` may belong to an import under way and are left alone.
 */
export async function collectGarbage(store: RunStore, lakehouse: Lakehouse, options: { dryRun: boolean; olderThanMs: number }): Promise<GarbageReport> {
  const refs = new Map((await lakehouse.listRefs({ kind: "branch" })).map((ref) => [ref.name, ref.hash]));
  const branches = store.endedWithBranch([...refs.keys()]).map(({ id, branch }) => ({ name: branch, runId: id, hash: refs.get(branch)! }));
  if (!options.dryRun) {
    for (const { name, hash } of branches) await lakehouse.deleteBranch(name, { expectedHash: hash });
  }
  return { branches, files: await lakehouse.collectGarbage(options) };
}
