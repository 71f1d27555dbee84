/**
 * The half of a lakehouse in memory that is about refs and commits, whatever its tables are.
 *
 * @module
 */
import type { Commit, GarbageFile, MergeRequest, MergeResult, NamedRef, RevertRequest } from "@wap/core";
import { MemoryHistory, type Version } from "./memory_history.ts";

/** Refs and commits of a lakehouse in memory. */
export class HistoryLakehouse<V extends Version> {
  /** Which backend this is. */
  readonly kind = "memory";
  protected readonly history: MemoryHistory<V> = new MemoryHistory<V>();

  resolve(ref: string): Promise<string> {
    return Promise.try(() => this.history.resolve(ref));
  }

  findRef(name: string): Promise<NamedRef | null> {
    return Promise.try(() => this.history.find(name));
  }

  listRefs(options?: { kind?: "branch" | "tag"; prefix?: string }): Promise<NamedRef[]> {
    return Promise.try(() => this.history.list(options));
  }

  createBranch(name: string, { from }: { from: string }): Promise<NamedRef> {
    return Promise.try(() => this.history.create({ name, kind: "branch", hash: this.history.resolve(from) }));
  }

  deleteBranch(name: string, { expectedHash }: { expectedHash?: string } = {}): Promise<boolean> {
    return Promise.try(() => this.history.delete(name, { kind: "branch", expectedHash }));
  }

  createTag(name: string, { from }: { from: string }): Promise<NamedRef> {
    return Promise.try(() => this.history.create({ name, kind: "tag", hash: this.history.resolve(from) }));
  }

  deleteTag(name: string): Promise<boolean> {
    return Promise.try(() => this.history.delete(name, { kind: "tag" }));
  }

  async *log(ref: string, options?: { limit?: number; until?: string }): AsyncGenerator<Commit> {
    yield* this.history.log(ref, options);
  }

  merge(request: MergeRequest): Promise<MergeResult> {
    return Promise.try(() => this.history.merge(request));
  }

  revert(request: RevertRequest): Promise<MergeResult> {
    return Promise.try(() => this.history.revert(request));
  }

  /** What is in memory only leaves no files. */
  collectGarbage(): Promise<GarbageFile[]> {
    return Promise.resolve([]);
  }
}
