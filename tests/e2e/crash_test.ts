import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { finish, ROOT, WapHome } from "../support/wap_process.ts";

const FLOW = join(ROOT, "examples/yellow_trips.yaml");

/** Runs the example in a process that dies at a call, and answers the run's id. */
async function dieAt(home: WapHome, method: string, when: "before" | "after", nth = 1): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", join(ROOT, "tests/support/crashing_run.ts"), home.home, FLOW, method, when, String(nth)],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await finish(command);
  const SIGKILLED = 128 + 9;
  assertEquals(code, SIGKILLED, `the process was to be killed ${when} ${method}: ${stderr}`);
  return stdout.trim();
}

for (const method of ["createBranch", "planImport", "applyImport", "query", "merge", "deleteBranch"]) {
  for (const when of ["before", "after"] as const) {
    Deno.test(`wap resume publishes once after kill -9 ${when} ${method}`, async () => {
      await using home = await WapHome.make();
      const id = await dieAt(home, method, when);
      const resumed = await home.run(["resume", id]);
      assertEquals([resumed.code, resumed.run.outcome], [0, "published"], resumed.stderr);
      assertEquals([await home.count("taxi.yellow_trips"), await home.branches()], [800, ["main"]]);
      const [rows] = await home.query(
        "select count(*)::int as n, count(distinct (pickup_datetime, dropoff_datetime, trip_distance))::int as d from taxi.yellow_trips",
      );
      assertEquals(rows, { n: 800, d: 800 });
      assertEquals((await home.log()).filter((commit) => commit.properties["wap.audit"] !== undefined).map((commit) => commit.properties["wap.run_id"]), [id]);
    });
  }
}

Deno.test("wap resume says what is done and what will run before it goes on", async () => {
  await using home = await WapHome.make();
  const id = await dieAt(home, "query", "before");
  const { stderr } = await home.wap(["resume", id]);
  assertStringIncludes(stderr, "done:     resolve base, create branch, plan import of taxi.yellow_trips, import taxi.yellow_trips");
  assertStringIncludes(stderr, "will run: audit, merge, delete branch");
});

Deno.test("wap cancel undoes a run whose process was killed", async () => {
  await using home = await WapHome.make();
  const id = await dieAt(home, "applyImport", "after");
  const cancelled = await home.run(["cancel", id]);
  assertEquals([cancelled.code, cancelled.run.state], [0, "cancelled"]);
  assertEquals([await home.count("taxi.yellow_trips"), await home.branches()], [null, ["main"]]);
});

Deno.test("wap resume --all takes up every run that was killed", async () => {
  await using home = await WapHome.make();
  const id = await dieAt(home, "merge", "after");
  const { code, stdout } = await home.wap(["resume", "--all", "--json"]);
  assertEquals([code, JSON.parse(stdout).runs.map((run: { id: string; outcome: string }) => [run.id, run.outcome])], [0, [[id, "published"]]]);
  assertStringIncludes((await home.wap(["resume", "--all"])).stdout, "No run was interrupted");
});

Deno.test("wap run stops at SIGINT once the step is recorded, exits 130, and goes on with wap resume", async () => {
  await using home = await WapHome.make();
  const rows = Array.from({ length: 300_000 }, (_, at) => `${at},${at % 7}`).join("\n");
  await Deno.writeTextFile(join(home.folder, "many.csv"), `id,n\n${rows}\n`);
  const child = home.command(["run", "--table_name", "many", "--from", "many.csv", "--check", "unique(id)", "--json"]).spawn();
  // Signal handlers are there before the run is stored, and a run of this size is not over within the poll that finds it.
  while ((await home.wap(["list", "--json"])).stdout.includes('"runs": []')) { /* not stored yet */ }
  child.kill("SIGINT");
  const { code, stdout } = await child.output();
  const { run } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals([code, run.outcome], [130, null]);
  const resumed = await home.run(["resume", run.id]);
  assertEquals([resumed.code, resumed.run.outcome, await home.count("public.many")], [0, "published", 300_000]);
});
