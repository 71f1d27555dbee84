/**
 * A lakehouse that answers at once and does nothing, and a flow for it: what is left to measure is the engine and the store.
 *
 * @module
 */
import type { Flow, ImportPlan, ImportReport, ImportRequest, Lakehouse, MergeResult, NamedRef, TableDetail } from "@wap/core";
import { defineFlow, step } from "@wap/core";

/** A flow on one table with so many do-nothing steps in code, and no check: an audit has nothing to ask. */
export function doNothingFlow(steps: number): Flow {
  const names = Array.from({ length: steps }, (_, at) => `step ${at + 1}`);
  const flow = defineFlow({
    name: "do_nothing",
    from: "nothing.csv",
    into: { table: "nothing" },
    steps: names.map((name) => step(name, () => {})),
  });
  const tables = flow.spec.tables.map((table) => ({ ...table, checks: [] }));
  return { ...flow, source: "do_nothing.ts", spec: { ...flow.spec, tables } };
}

/** Says that everything asked for was done. */
export class DoNothingLakehouse implements Lakehouse {
  /** Which backend this is. */
  readonly kind = "memory";

  resolve(ref: string): Promise<string> {
    return Promise.resolve(`commit of ${ref}`);
  }

  findRef(): Promise<null> {
    return Promise.resolve(null);
  }

  listRefs(): Promise<NamedRef[]> {
    return Promise.resolve([]);
  }

  createBranch(name: string, { from }: { from: string }): Promise<NamedRef> {
    return Promise.resolve({ name, kind: "branch", hash: from });
  }

  deleteBranch(): Promise<boolean> {
    return Promise.resolve(true);
  }

  createTag(name: string, { from }: { from: string }): Promise<NamedRef> {
    return Promise.resolve({ name, kind: "tag", hash: from });
  }

  deleteTag(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async *log(): AsyncGenerator<never> {}

  listTables(): Promise<[]> {
    return Promise.resolve([]);
  }

  findTable(): Promise<TableDetail | null> {
    return Promise.resolve(null);
  }

  planImport(request: ImportRequest): Promise<ImportPlan> {
    const file = { uri: "file:///nothing.csv", size: 0, fingerprint: "0", format: "csv", status: "new" } as const;
    return Promise.resolve({ request, files: [file], columns: [], addedColumns: [] });
  }

  applyImport(): Promise<ImportReport> {
    return Promise.resolve({ commit: "import", filesImported: 1, filesSkipped: 0, rowsImported: 0, bytesImported: 0 });
  }

  materialize(): Promise<{ commit: string; records: number }> {
    return Promise.resolve({ commit: "materialize", records: 0 });
  }

  query(): Promise<never> {
    return Promise.reject(new TypeError("Cannot query: there is nothing here"));
  }

  async *scan(): AsyncGenerator<never> {}

  merge(): Promise<MergeResult> {
    return Promise.resolve({ commit: "merge", merged: true });
  }

  revert(): Promise<MergeResult> {
    return Promise.resolve({ commit: "revert", merged: true });
  }

  diff(): Promise<[]> {
    return Promise.resolve([]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
