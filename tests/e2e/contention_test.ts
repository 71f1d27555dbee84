import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { finish, ROOT, WapHome } from "../support/wap_process.ts";

const RUNS = 50;
const ROWS = 20;

interface Ending {
  number: number;
  state: string;
  error: string | null;
}

async function contend(home: WapHome, first: number): Promise<Ending[]> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", join(ROOT, "tests/support/contending_runs.ts"), home.home, home.folder, `${first}`, `${RUNS / 2}`],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await finish(command);
  assertEquals([code, stderr], [0, ""]);
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}

Deno.test("two processes append 50 files to one table at once: each is published or explained, every row is there once, nobody meets a lock", async () => {
  await using home = await WapHome.make();
  for (let number = 0; number < RUNS; number++) {
    const ids = Array.from({ length: ROWS }, (_, row) => number * ROWS + row);
    await Deno.writeTextFile(join(home.folder, `${number}.csv`), `id\n${ids.join("\n")}\n`);
  }
  const endings = (await Promise.all([contend(home, 0), contend(home, RUNS / 2)])).flat();
  assertEquals(endings.length, RUNS);
  const published = endings.filter((ending) => ending.state === "published");
  for (const { state, error } of endings.filter((ending) => ending.state !== "published")) {
    assertEquals(state, "parked");
    assertStringIncludes(error!, "taxi.trips was appended");
  }
  assert(published.length > 0);
  const [counts] = await home.query("select count(*)::int as n, count(distinct id)::int as d from taxi.trips");
  assertEquals(counts, { n: published.length * ROWS, d: published.length * ROWS });
  const files = await home.query("select distinct (id // 20)::int as number from taxi.trips order by 1");
  assertEquals(files.map((row) => row.number), published.map((ending) => ending.number).toSorted((a, b) => a - b));
});
