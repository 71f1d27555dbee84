import { assertEquals } from "@std/assert";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { ROOT, WapHome } from "../support/wap_process.ts";

const GOLDEN = join(ROOT, "tests/golden");

/** What becomes of the runs of a golden home, by flow: the command that goes on with it, its exit code, the run's outcome and the table's rows at main. */
const ENDINGS: Record<string, { command: string; code: number; outcome: string; rows: number | null }> = {
  // Its files are gone, which is found before anything is written.
  branching: { command: "resume", code: 1, outcome: "failed", rows: null },
  auditing: { command: "resume", code: 0, outcome: "published", rows: 3 },
  publishing: { command: "resume", code: 0, outcome: "published", rows: 3 },
  awaiting: { command: "approve", code: 0, outcome: "published", rows: 3 },
  published: { command: "resume", code: 0, outcome: "published", rows: 3 },
  rejected: { command: "show", code: 0, outcome: "rejected", rows: null },
  kept: { command: "fork", code: 3, outcome: "rejected", rows: null },
};

for await (const version of Deno.readDir(GOLDEN)) {
  Deno.test(`a home that schema ${version.name} wrote opens, and its runs go on`, async () => {
    await using home = await WapHome.make();
    await cp(join(GOLDEN, version.name), home.home, { recursive: true });
    const { runs } = JSON.parse((await home.wap(["list", "--json"])).stdout) as { runs: { id: string; flow: string }[] };
    assertEquals(runs.map((run) => run.flow).toSorted(), Object.keys(ENDINGS).toSorted());
    for (const { id, flow } of runs) {
      const { command, code, outcome, rows } = ENDINGS[flow]!;
      const result = await home.run([command, id]);
      assertEquals([result.code, result.run.outcome, await home.count(`public.${flow}`)], [code, outcome, rows], `${command} of ${flow}: ${result.stderr}`);
    }
  });
}
