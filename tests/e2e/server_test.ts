import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { SHARED_DATA, WapHome } from "../support/wap_process.ts";
import { SECRET, WapServer } from "../support/wap_server.ts";

const ignore = SHARED_DATA === null;
if (ignore) console.warn("The test on taxi data is skipped: there is no ../shared/data");

const TRIPS = `name: trips
into: { namespace: taxi, table: trips }
checks:
  - not_null: [passenger_count]
webhook: { secret_env: HOOK_SECRET }
`;

/** A flow that asks the test whether it may go on, before the audit and after the publish. */
const GATED = `import { check, defineFlow, step } from "@wap/core";

async function ask(path) {
  const response = await fetch(Deno.env.get("GATE") + path);
  await response.body?.cancel();
}

export default defineFlow({
  name: "gated",
  into: { table: "gated" },
  steps: [step("ask", () => ask("/step"))],
  checks: [check.unique(["id"])],
  onCommit: () => ask("/commit"),
  webhook: { secretEnv: "HOOK_SECRET" },
});
`;

/** Where the flow asks: a real server that answers when the test says so. */
class Gate implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #visits: string[] = [];
  readonly #open = new Set<string>();
  #changed = Promise.withResolvers<void>();

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      const { pathname } = new URL(request.url);
      this.#visits.push(pathname);
      this.#notify();
      while (!this.#open.has(pathname)) await this.#changed.promise;
      return new Response();
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Waits for so many visits of a path. */
  async visited(path: string, times = 1): Promise<void> {
    while (this.#visits.filter((one) => one === path).length < times) await this.#changed.promise;
  }

  open(path: string): void {
    this.#open.add(path);
    this.#notify();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const path of this.#visits) this.open(path);
    await this.#server.shutdown();
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

async function makeHome(): Promise<WapHome> {
  const home = await WapHome.make();
  await Deno.mkdir(join(home.folder, "flows"));
  await Deno.writeTextFile(join(home.folder, "flows/trips.yaml"), TRIPS);
  await Deno.writeTextFile(join(home.folder, "flows/gated.ts"), GATED);
  await Deno.writeTextFile(join(home.folder, "rows.csv"), `id,n\n${Array.from({ length: 500 }, (_, id) => `${id},${id % 7}`).join("\n")}\n`);
  return home;
}

/** The runs that the commits of `main` say they publish. */
async function publishesIn(home: WapHome): Promise<(string | undefined)[]> {
  return (await home.log()).filter(({ properties }) => properties["wap.audit"] !== undefined).map(({ properties }) => properties["wap.run_id"]);
}

Deno.test({
  name: "wap serve publishes what a signed webhook names, once, and refuses what is wrong",
  ignore,
  async fn() {
    await using home = await makeHome();
    await using server = await WapServer.start(home);
    const from = join(SHARED_DATA!, "taxi/yellow_tripdata_2018-01.csv");
    const first = await server.deliver("trips", { from }, { id: "msg_1" });
    assertEquals([first.status, first.body.state, first.body.url], [202, "queued", `${server.url}/api/v1/runs/${first.body.id}`]);
    assertEquals(await server.executed(first.body.id), "published");
    assertEquals(await home.count("taxi.trips"), 10_000);

    const again = await server.deliver("trips", { from }, { id: "msg_1" });
    assertEquals([again.status, again.body.id, again.body.state], [200, first.body.id, "published"]);
    const { run } = (await server.get(first.body.url)).body as { run: { outcome: string; tables: { rowsImported: number }[] } };
    assertEquals([run.outcome, run.tables[0]?.rowsImported], ["published", 10_000]);

    const wrong = [
      await server.deliver("trips", { from }, { id: "msg_2", secret: "whsec_bm90IHRoZSBzZWNyZXQgb2YgdGhlIHRlc3RzISEhISE=" }),
      await server.deliver("nosuchflow", { from }, { id: "msg_3" }),
      await server.deliver("trips", { form: from }, { id: "msg_4" }),
      await server.deliver("trips", { from: `${from}.other` }, { id: "msg_1" }),
      await server.deliver("trips", { from: "x".repeat(1024 * 1024) }, { id: "msg_5" }),
    ];
    assertEquals(wrong.map(({ status }) => status), [401, 404, 422, 409, 413]);
    const { runs } = (await server.get("/api/v1/runs")).body as { runs: { id: string }[] };
    assertEquals([runs.map(({ id }) => id), await home.count("taxi.trips")], [[first.body.id], 10_000]);
  },
});

Deno.test("wap serve rejects a bad file and leaves main as it was", async () => {
  await using home = await makeHome();
  await Deno.writeTextFile(join(home.folder, "bad.csv"), "passenger_count,fare\n1,2.5\n,3.5\n");
  await using server = await WapServer.start(home);
  const { status, body } = await server.deliver("trips", { from: "bad.csv" }, { id: "msg_1" });
  assertEquals([status, await server.executed(body.id)], [202, "rejected"]);
  assertEquals([await home.count("taxi.trips"), await home.branches()], [null, ["main"]]);
});

Deno.test("wap serve publishes once though it is killed before the audit and again after the publish", async () => {
  await using home = await makeHome();
  await using gate = new Gate();
  const env = { GATE: gate.url };
  let id: string;
  {
    await using server = await WapServer.start(home, { env });
    ({ body: { id } } = await server.deliver("gated", { from: "rows.csv" }, { id: "msg_1" }));
    await gate.visited("/step");
    server.signal("SIGKILL");
    assertEquals((await server.ended())[1], "SIGKILL");
  }
  assertEquals(await home.count("public.gated"), null);
  gate.open("/step");
  {
    await using server = await WapServer.start(home, { env });
    await gate.visited("/commit");
    server.signal("SIGKILL");
    assertEquals((await server.ended())[1], "SIGKILL");
  }
  assertEquals(await home.count("public.gated"), 500);
  gate.open("/commit");
  await using server = await WapServer.start(home, { env });
  assertEquals(await server.executed(id), "published");
  const again = await server.deliver("gated", { from: "rows.csv" }, { id: "msg_1" });
  assertEquals([again.status, again.body.id, again.body.state], [200, id, "published"]);
  const [rows] = await home.query("select count(*)::int as n, count(distinct id)::int as d from gated");
  assertEquals([rows, await publishesIn(home), await home.branches()], [{ n: 500, d: 500 }, [id], ["main"]]);
});

Deno.test("wap serve stops at SIGTERM once the current step is recorded, exits 0, and goes on at the next start", async () => {
  await using home = await makeHome();
  await using gate = new Gate();
  const env = { GATE: gate.url };
  gate.open("/commit");
  let id: string;
  {
    await using server = await WapServer.start(home, { env });
    ({ body: { id } } = await server.deliver("gated", { from: "rows.csv" }, { id: "msg_1" }));
    await gate.visited("/step");
    server.signal("SIGTERM");
    await server.find(/^Stopping once the current step is recorded/);
    gate.open("/step");
    assertEquals(await server.ended(), [0, null]);
  }
  assertEquals([(await home.run(["show", id])).run.state, await home.count("public.gated")], ["auditing", null]);
  await using server = await WapServer.start(home, { env });
  assertEquals([await server.executed(id), await home.count("public.gated"), await publishesIn(home)], ["published", 500, [id]]);
});

Deno.test("wap serve stops at once at SIGINT when nothing is under way", async () => {
  await using home = await makeHome();
  await using server = await WapServer.start(home);
  assertEquals((await server.get("/readyz")).status, 200);
  server.signal("SIGINT");
  assertEquals(await server.ended(), [0, null]);
});

Deno.test("wap serve goes on with a run that another process left", async () => {
  await using home = await makeHome();
  await using server = await WapServer.start(home);
  await Deno.writeTextFile(join(home.folder, "good.csv"), "passenger_count,fare\n1,2.5\n2,3.5\n");
  const { run } = await home.run(["run", "trips", "--from", "good.csv", "--until", "importing"]);
  assertEquals([await server.executed(run.id), await home.count("taxi.trips")], ["published", 2]);
});

Deno.test("wap serve undoes a run when another process asks for its cancel", async () => {
  await using home = await makeHome();
  await using gate = new Gate();
  await using server = await WapServer.start(home, { env: { GATE: gate.url } });
  const { body: { id } } = await server.deliver("gated", { from: "rows.csv" }, { id: "msg_1" });
  await gate.visited("/step");
  const cancel = await home.wap(["cancel", id, "--reason", "wrong month"]);
  assertStringIncludes(cancel.stdout, "the process that executes it undoes it");
  gate.open("/step");
  assertEquals(await server.executed(id), "cancelled");
  assertEquals([await home.count("public.gated"), await home.branches()], [null, ["main"]]);
});

Deno.test("wap serve keeps secrets out of its log and its store", async () => {
  await using home = await makeHome();
  await using server = await WapServer.start(home);
  await server.deliver("trips", { from: "rows.csv" }, { id: "msg_1", secret: "whsec_bm90IHRoZSBzZWNyZXQgb2YgdGhlIHRlc3RzISEhISE=" });
  const { body: { id } } = await server.deliver("trips", { from: "rows.csv" }, { id: "msg_1" });
  await server.executed(id);
  server.signal("SIGTERM");
  await server.ended();
  const printed = await server.printed();
  assert(printed.includes(`"event":"run_executed","run":"${id}"`));
  const store = new TextDecoder("latin1").decode(await Deno.readFile(join(home.home, "wap.db")));
  for (const text of [printed, store]) assertEquals(text.includes(SECRET.slice("whsec_".length)), false);
});

Deno.test("wap serve says what is wrong with its port, and exits 2", async () => {
  await using home = await makeHome();
  await using server = await WapServer.start(home);
  const { port } = new URL(server.url);
  const taken = await home.error(["serve", "--port", port]);
  assertEquals(taken.code, 2);
  assertStringIncludes(taken.message, `Cannot serve on 127.0.0.1:${port}: another process uses the port`);
  for (const wrong of ["http", "-1", "65536", "4200.5"]) {
    const { code, message } = await home.error(["serve", `--port=${wrong}`]);
    assertEquals([code, message], [2, `Cannot use "${wrong}" as --port: not a whole number from 0 to 65535`]);
  }
});
