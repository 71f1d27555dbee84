import { type Lakehouse, MergeConflictError, parseTableName, WapError } from "@wap/core";
import { openLakehouse } from "@wap/lakehouse";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { MemoryLakehouse } from "../support/memory_lakehouse.ts";
import { NOTE } from "./world.ts";

type Step =
  | { do: "branch"; name: string; from: string }
  | { do: "delete"; name: string }
  | { do: "import"; branch: string; table: string; file: string; mode: "append" | "replace" }
  | { do: "double"; branch: string; table: string }
  | { do: "publish"; source: string };

const BRANCHES = ["main", "a", "b"];
const TABLES = ["lab.x", "lab.y"];
const FILES = ["1", "2", "3"];

const [branch, table] = [fc.constantFrom(...BRANCHES), fc.constantFrom(...TABLES)];
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant("branch" as const), name: branch, from: branch }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), name: branch }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("import" as const),
      branch,
      table,
      file: fc.constantFrom(...FILES),
      mode: fc.constantFrom("append" as const, "replace" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("double" as const), branch, table }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("publish" as const), source: branch }) },
);

/** What came of a step, in words that do not depend on hashes. */
async function perform(lakehouse: Lakehouse, { folder, step }: { folder: string; step: Step }): Promise<unknown> {
  try {
    return await attempt(lakehouse, { folder, step });
  } catch (error) {
    if (error instanceof MergeConflictError) return error.conflicts.map(({ table, kind }) => [table, kind]);
    if (error instanceof WapError) return error.name;
    throw error;
  }
}

async function attempt(lakehouse: Lakehouse, { folder, step }: { folder: string; step: Step }): Promise<unknown> {
  switch (step.do) {
    case "branch":
      return (await lakehouse.createBranch(step.name, { from: step.from })).name;
    case "delete":
      return await lakehouse.deleteBranch(step.name);
    case "import": {
      const request = { table: parseTableName(step.table), mode: step.mode, from: [join(folder, `${step.file}.csv`)] };
      const plan = await lakehouse.planImport(request, { ref: step.branch });
      const { commit: _, ...report } = await lakehouse.applyImport(plan, { branch: step.branch, ...NOTE });
      return report;
    }
    case "double": {
      const sql = `SELECT id * 2 AS id FROM ${step.table}`;
      return (await lakehouse.materialize({ branch: step.branch, table: parseTableName(step.table), sql, ...NOTE })).records;
    }
    case "publish":
      return (await lakehouse.merge({ source: step.source, target: "main", ...NOTE })).merged;
  }
}

/** Everything a reader can see but hashes, times and sizes. */
async function look(lakehouse: Lakehouse): Promise<unknown> {
  const seen: Record<string, unknown> = {};
  for (const { name } of await lakehouse.listRefs()) {
    const tables: Record<string, unknown> = {};
    for (const { namespace, name: table, records } of await lakehouse.listTables(name)) {
      const rows = await lakehouse.query(`SELECT id::INTEGER AS id FROM ${namespace}.${table} ORDER BY id`, { ref: name });
      tables[`${namespace}.${table}`] = { records, ids: rows.toArray().map((row) => row["id"]) };
    }
    seen[name] = { commits: (await Array.fromAsync(lakehouse.log(name))).length, tables };
  }
  return seen;
}

Deno.test("the embedded lakehouse does what the one in memory does, whatever it is asked", async () => {
  const folder = await Deno.makeTempDir({ prefix: "wap-model-" });
  try {
    for (const file of FILES) await Deno.writeTextFile(join(folder, `${file}.csv`), `id\n${file}\n`);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12, size: "max" }), async (steps) => {
        const path = await Deno.makeTempDir({ dir: folder });
        await using embedded = openLakehouse({ path });
        await using memory = await MemoryLakehouse.open();
        for (const name of ["a", "b"]) await Promise.all([embedded, memory].map((lakehouse) => lakehouse.createBranch(name, { from: "main" })));
        for (const step of steps) assertEquals(await perform(embedded, { folder, step }), await perform(memory, { folder, step }));
        assertEquals(await look(embedded), await look(memory));
      }),
      { numRuns: 10 },
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
