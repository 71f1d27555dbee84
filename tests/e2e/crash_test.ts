import { assertEquals, assertStringIncludes } from "@std/assert";
import { CrashHome } from "@wap/cli/crash";
import { join } from "node:path";
import { finish, ROOT, WapHome } from "../support/wap_process.ts";

const FLOW = join(ROOT, "examples/yellow_trips.yaml");

const CRASH_PROCESS = join(ROOT, "apps/cli/crash/crash_process.ts");

/** Runs the example in a process that is killed on the way into, or out of, its first call of that name, and answers the run's id. */
async function dieAt(home: WapHome, name: string, side: "before" | "after"): Promise<string> {
  await using elsewhere = await CrashHome.make({ cwd: ROOT });
  const { points } = await elsewhere.observed(["run", FLOW], null);
  const point = points.find((one) => one.name === name && one.side === side)!;
  const program = [CRASH_PROCESS, join(home.folder, "journal"), `${point.number}:${side}`];
  const { code, stderr } = await finish(home.command(["run", FLOW], { program, cwd: ROOT }));
  const SIGKILLED = 128 + 9;
  assertEquals(code, SIGKILLED, `the process was to be killed ${side} ${name}: ${stderr}`);
  const { stdout } = await home.wap(["list", "--json"]);
  return JSON.parse(stdout).runs[0].id;
}

Deno.test("wap resume says what is done and what will run before it goes on", async () => {
  await using home = await WapHome.make();
  const id = await dieAt(home, "lakehouse.query", "before");
  const { stderr } = await home.wap(["resume", id]);
  assertStringIncludes(stderr, "done:     resolve base, create branch, plan import of taxi.yellow_trips, import taxi.yellow_trips");
  assertStringIncludes(stderr, "will run: audit, merge, delete branch");
});

Deno.test("wap cancel undoes a run whose process was killed", async () => {
  await using home = await WapHome.make();
  const id = await dieAt(home, "lakehouse.applyImport", "after");
  const cancelled = await home.run(["cancel", id]);
  assertEquals([cancelled.code, cancelled.run.state], [0, "cancelled"]);
  assertEquals([await home.count("taxi.yellow_trips"), await home.branches()], [null, ["main"]]);
});

Deno.test("wap resume --all takes up every run that was killed", async () => {
  await using home = await WapHome.make();
  const id = await dieAt(home, "lakehouse.merge", "after");
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
