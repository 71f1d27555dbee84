import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { ROOT, SHARED_DATA, WapHome } from "../support/wap_process.ts";

const ignore = SHARED_DATA === null;
if (ignore) console.warn("The tests on taxi data are skipped: there is no ../shared/data");

const TABLE = ["--table_name", "yellow_trips", "--namespace", "taxi"];
const NOT_NULL = ["--check", "not_null(passenger_count)"];

function taxi(month: string): string {
  return join(SHARED_DATA!, `taxi/yellow_tripdata_${month}.csv`);
}

function fromTaxi(month: string): string[] {
  return ["run", ...TABLE, "--from", taxi(month)];
}

Deno.test({
  name: "wap run publishes a month, appends the next, and imports no file twice",
  ignore,
  async fn() {
    await using home = await WapHome.make();
    const first = await home.run([...fromTaxi("2018-01"), ...NOT_NULL]);
    assertEquals([first.code, first.run.outcome, first.run.tables[0]?.rowsImported], [0, "published", 10_000]);
    assertEquals(await home.count("taxi.yellow_trips"), 10_000);
    assertEquals(await home.branches(), ["main"]);

    const second = await home.run([...fromTaxi("2018-02"), ...NOT_NULL]);
    assertEquals([second.code, await home.count("taxi.yellow_trips")], [0, 20_000]);

    const head = (await home.log())[0]!.hash;
    const again = await home.run([...fromTaxi("2018-02"), ...NOT_NULL]);
    assertEquals([again.code, again.run.outcome, again.run.tables[0]?.filesSkipped], [0, "unchanged", 1]);
    assertEquals([(await home.log())[0]!.hash, await home.count("taxi.yellow_trips")], [head, 20_000]);
    assertEquals(await home.branches(), ["main"]);
    assertStringIncludes((await home.wap([...fromTaxi("2018-02"), ...NOT_NULL])).stdout, "1 file skipped: imported before");
  },
});

Deno.test({
  name: "wap run rejects a month with too many NULLs, shows some, and leaves main and branches as they were",
  ignore,
  async fn() {
    await using home = await WapHome.make();
    await home.run([...fromTaxi("2018-01"), ...NOT_NULL]);
    const before = await home.log();
    const { code, run } = await home.run([...fromTaxi("2020-05"), ...NOT_NULL]);
    assertEquals([code, run.outcome, run.publish], [3, "rejected", null]);
    const check = run.audit?.checks.find((one) => one.kind === "not_null");
    assertEquals([check?.status, check?.failedRows, check?.testedRows], ["fail", 1675, 10_000]);
    assertStringIncludes(check!.observed, "16.75 %");
    assertEquals(check!.sample.length > 0 && check!.sample.every((row) => row.passenger_count === null), true);
    assertEquals(run.undo.map((task) => [task.step, task.status]), [["delete branch", "done"]]);
    assertEquals([await home.log(), await home.branches()], [before, ["main"]]);

    const tolerated = await home.run([...fromTaxi("2020-05"), "--check", "not_null(passenger_count, max_pct=20)"]);
    assertEquals([tolerated.code, await home.count("taxi.yellow_trips")], [0, 20_000]);
  },
});

Deno.test({
  name: "wap run catches the outlier fare and shows it",
  ignore,
  async fn() {
    await using home = await WapHome.make();
    const { code, run } = await home.run([...fromTaxi("2018-08"), "--check", "range(fare_amount, max=1000)"]);
    const check = run.audit?.checks.find((one) => one.kind === "range");
    assertEquals([code, check?.failedRows, check?.sample.map((row) => row.fare_amount)], [3, 1, [429490.2]]);
    assertEquals(await home.count("taxi.yellow_trips"), null);
  },
});

Deno.test({
  name: "wap run reads a CSV whose last line ends otherwise whole, or not at all",
  ignore,
  async fn() {
    await using home = await WapHome.make();
    const { code, run } = await home.run([...fromTaxi("2019-01"), "--check", "not_null(vendor_id)"]);
    assertEquals([code, run.tables[0]?.rowsImported], [0, 10_000]);
    // The sum of fares as awk adds it up over the file's eleventh column.
    const [row] = await home.query("select round(sum(fare_amount), 2) as fares from taxi.yellow_trips");
    assertEquals(row?.fares, await sumOfColumn(taxi("2019-01"), 10));
  },
});

async function sumOfColumn(path: string, index: number): Promise<number> {
  const lines = (await Deno.readTextFile(path)).trimEnd().split(/\r?\n/).slice(1);
  return Math.round(lines.reduce((sum, line) => sum + Number(line.split(",")[index]), 0) * 100) / 100;
}

Deno.test({
  name: "wap run says what is wrong with bad input, exits accordingly, and leaves nothing behind",
  ignore,
  async fn() {
    await using home = await WapHome.make();
    await Deno.writeTextFile(join(home.folder, "empty.csv"), "");
    const cases: [args: string[], code: number, message: RegExp][] = [
      [["run", ...TABLE, ...NOT_NULL, "--from", join(SHARED_DATA!, "truncated.parquet")], 1, /truncated\.parquet/],
      [["run", ...TABLE, ...NOT_NULL, "--from", "nosuch_*.csv"], 1, /nosuch_\*\.csv/],
      [["run", ...TABLE, ...NOT_NULL, "--from", "empty.csv"], 1, /empty\.csv.*empty/],
      [["run", "--table_name", "x; drop table y", ...NOT_NULL, "--from", taxi("2018-01")], 2, /Cannot use "x; drop table y" as table name/],
      [[...fromTaxi("2018-01"), "--check", "not_null(pasenger_count)"], 2, /pasenger_count/],
      [fromTaxi("2018-01"), 2, /no check of its own could block taxi\.yellow_trips/],
      [[...fromTaxi("2018-01"), "--check", "nonsense(a)"], 2, /nonsense/],
      [["run", "nosuchflow"], 2, /nosuchflow/],
      [["run", "--nosuchflag"], 2, /nosuchflag/],
    ];
    for (const [args, code, message] of cases) {
      const error = await home.error(args);
      assertEquals(error.code, code, `${args.join(" ")}: ${error.message}`);
      assertMatch(error.message, message);
      assertNotEquals(error.hint, null, `no remedy for: ${error.message}`);
    }
    assertEquals([await home.branches(), await home.count("taxi.yellow_trips")], [["main"], null]);
  },
});

Deno.test({
  name: "wap run takes table, namespace, branch and files from the environment where no flag says otherwise",
  ignore,
  async fn() {
    await using home = await WapHome.make();
    const env = { TABLE_NAME: "trips", NAMESPACE: "dbos", BRANCH_NAME: "ann.dbos_ingestion", S3_PATH: taxi("2018-01") };
    const { code, run } = await home.run(["run", ...NOT_NULL], { env });
    assertEquals([code, run.branch, run.tables[0]?.name], [0, "ann.dbos_ingestion", "dbos.trips"]);
    const flagged = await home.run(["run", ...NOT_NULL, "--table_name", "other"], { env });
    assertEquals(flagged.run.tables[0]?.name, "dbos.other");
  },
});

Deno.test("wap run examples/yellow_trips.yaml publishes, twice changes nothing, and rejects the bad month", async () => {
  await using home = await WapHome.make();
  const example = { cwd: ROOT };
  const first = await home.wap(["run", "examples/yellow_trips.yaml"], example);
  assertEquals(first.code, 0, first.stderr);
  assertEquals(await home.count("taxi.yellow_trips"), 800);
  assertStringIncludes((await home.wap(["run", "examples/yellow_trips.yaml"], example)).stdout, "changed nothing");
  const bad = await home.wap(["run", "examples/yellow_trips.yaml", "--from", "examples/data/yellow_trips_2024-03.csv"], example);
  assertEquals([bad.code, await home.count("taxi.yellow_trips")], [3, 800]);
});

Deno.test("wap run of a flow in code runs its steps, its Arrow check and its hooks", async () => {
  await using home = await WapHome.make();
  const good = await home.wap(["run", "examples/guarded_trips.ts"], { cwd: ROOT });
  assertEquals(good.code, 0, good.stderr);
  assertMatch(good.stderr, /published 400 rows as [0-9a-f]{12}/);
  assertStringIncludes(good.stdout, "0 trips cost less than their fare");
  assertEquals(await home.query("select count(*)::int as short from taxi.guarded_trips where trip_distance < 0.5"), [{ short: 0 }]);

  const bad = await home.wap(["run", "examples/guarded_trips.ts", "--from", "examples/data/yellow_trips_2024-03.csv"], { cwd: ROOT });
  assertEquals(bad.code, 3, bad.stderr);
  assertMatch(bad.stderr, /step undone for run [^]*rolled back: Cannot publish/);
});

Deno.test("wap list and show tell what happened, wap cancel and approve act on it", async () => {
  await using home = await WapHome.make();
  assertStringIncludes((await home.wap(["list"])).stdout, "No runs yet");
  const example = ["run", join(ROOT, "examples/yellow_trips.yaml"), "--from", join(ROOT, "examples/data/yellow_trips_2024-01.csv"), "--approval", "always"];
  const waiting = await home.run(example);
  assertEquals([waiting.code, waiting.run.state, waiting.run.outcome], [6, "awaitingApproval", null]);
  assertEquals(await home.count("taxi.yellow_trips"), null);

  const cancelled = await home.run(["cancel", waiting.run.id.slice(0, 6), "--reason", "wrong month"]);
  assertEquals([cancelled.code, cancelled.run.state, await home.branches()], [0, "cancelled", ["main"]]);
  const second = await home.run(example);
  const approved = await home.run(["approve", second.run.id, "--reason", "looked at it"], { env: { WAP_USER: "ann" } });
  assertEquals([approved.code, approved.run.outcome, await home.count("taxi.yellow_trips")], [0, "published", 400]);
  const refused = await home.error(["cancel", second.run.id]);
  assertEquals(refused.code, 2);

  const { stdout } = await home.wap(["list", "--json", "--outcome", "cancelled"]);
  assertEquals(JSON.parse(stdout).runs.map((run: { id: string }) => run.id), [waiting.run.id]);
  const history = await home.wap(["show", second.run.id, "--history"]);
  assertStringIncludes(history.stdout, "APPROVED");
});

Deno.test("wap run --dry-run says what would happen and writes nothing", async () => {
  await using home = await WapHome.make();
  const { code, stdout } = await home.wap(["run", "examples/yellow_trips.yaml", "--dry-run", "--json"], { cwd: ROOT });
  const { plan } = JSON.parse(stdout);
  assertEquals([code, plan.tables[0].files.length, plan.tables[0].problems], [0, 2, []]);
  assertStringIncludes((await home.wap(["list"])).stdout, "No runs yet");
});

Deno.test("wap run with an idempotency key gives the same run for the same input, and refuses another input", async () => {
  await using home = await WapHome.make();
  const args = (
    month: string,
  ) => ["run", join(ROOT, "examples/yellow_trips.yaml"), "--idempotency-key", "k1", "--from", join(ROOT, `examples/data/yellow_trips_${month}.csv`)];
  const first = await home.run(args("2024-01"));
  const second = await home.run(args("2024-01"));
  assertEquals([second.code, second.run.id], [0, first.run.id]);
  assertEquals((await home.error(args("2024-02"))).code, 2);
});

Deno.test("wap run --until stops once the state is done, and wap resume goes on from there", async () => {
  await using home = await WapHome.make();
  const stopped = await home.run([
    "run",
    join(ROOT, "examples/yellow_trips.yaml"),
    "--from",
    join(ROOT, "examples/data/yellow_trips_2024-01.csv"),
    "--until",
    "auditing",
  ]);
  assertEquals([stopped.run.state, stopped.run.audit?.verdict, await home.count("taxi.yellow_trips")], ["publishing", "pass", null]);
  assertStringIncludes(stopped.stderr, `wap resume ${stopped.run.id}`);
  const resumed = await home.run(["resume", stopped.run.id]);
  assertEquals([resumed.code, resumed.run.outcome, await home.count("taxi.yellow_trips")], [0, "published", 400]);
});

Deno.test("wap run --detach returns at once, and the run goes on without its parent", async () => {
  await using home = await WapHome.make();
  const { code, stdout } = await home.wap(["run", "examples/yellow_trips.yaml", "--detach"], { cwd: ROOT });
  assertEquals(code, 0);
  const id = stdout.trim();
  let state = "";
  for (const deadline = Date.now() + 60_000; state !== "published" && Date.now() < deadline;) {
    state = (await home.run(["show", id])).run.state;
  }
  assertEquals([state, await home.count("taxi.yellow_trips")], ["published", 800]);
});
