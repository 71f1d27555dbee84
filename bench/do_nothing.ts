/**
 * A lakehouse that answers at once and does nothing, and a flow for it: what is left to measure is the engine and the store.
 *
 * @module
 */
import { defineFlow, type Flow, type Lakehouse, type RunInput, step } from "@wap/core";

/** A flow on one table, with so many do-nothing steps in code and no check: there is nothing to audit. */
export function doNothingFlow({ steps }: { steps: number }): Flow {
  const flow = defineFlow({
    name: "do_nothing",
    from: "nothing.csv",
    into: { table: "nothing" },
    steps: Array.from({ length: steps }, (_, at) => step(`step ${at + 1}`, () => {})),
  });
  const tables = flow.spec.tables.map((table) => ({ ...table, checks: [] }));
  return { ...flow, source: "do_nothing.ts", spec: { ...flow.spec, tables } };
}

/** What a run of it is asked. */
export function doNothingInput(): RunInput & { lakehouse: string } {
  return { cwd: "/", lakehouse: "memory", allowUnaudited: true };
}

/** A lakehouse that says it has done whatever a run of it asks. */
export function doNothingLakehouse(): Lakehouse {
  const file = { uri: "file:///nothing.csv", size: 0, fingerprint: "0", format: "csv", status: "new" } as const;
  const asked: Partial<Lakehouse> = {
    kind: "memory",
    resolve: (ref) => Promise.resolve(`head of ${ref}`),
    findRef: () => Promise.resolve(null),
    createBranch: (name, { from }) => Promise.resolve({ name, kind: "branch", hash: from }),
    planImport: (request) => Promise.resolve({ request, files: [file], columns: [], addedColumns: [] }),
    applyImport: () => Promise.resolve({ commit: "import", filesImported: 1, filesSkipped: 0, rowsImported: 0, bytesImported: 0 }),
    async *log() {},
    findTable: () => Promise.resolve(null),
    merge: () => Promise.resolve({ commit: "merge", merged: true }),
    deleteBranch: () => Promise.resolve(true),
  };
  return asked as Lakehouse;
}
