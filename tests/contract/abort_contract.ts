/**
 * The contract of abort signals: work stops soon and rejects with the signal's reason, and nothing was done.
 *
 * @module
 */
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { type ContractTests, NOTE, TRIPS, type World } from "./world.ts";

/** Time in which work that takes minutes has begun and is not done. */
const BEGUN_MS = 50;

/** Takes minutes on any machine. */
const ENDLESS = "SELECT count(*) AS n FROM range(1000000) AS a, range(1000000) AS b WHERE (a.range * b.range) % 7 = 3";

/** Expects work that has begun to be stopped by the signal it was given, with the signal's reason. */
async function assertStopped(work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new TypeError("Cannot go on: the test has stopped it")), BEGUN_MS);
  try {
    const error = await assertRejects(() => work(controller.signal));
    assertStrictEquals(error, controller.signal.reason);
  } finally {
    clearTimeout(timer);
  }
}

async function importedTrips(world: World): Promise<void> {
  await world.import({ from: await world.write("a.csv", "id", "1") });
}

/** The contract of abort signals. */
export const abortContract: ContractTests = {
  "a method whose signal is aborted already does nothing": async (world) => {
    const { lakehouse } = world;
    await importedTrips(world);
    const request = { table: TRIPS, mode: "append" as const, from: [await world.write("b.csv", "id", "2")] };
    const plan = await lakehouse.planImport(request, { ref: "main" });
    const before = await world.refs();
    const signal = AbortSignal.abort(new TypeError("Cannot begin: the test has stopped it"));
    const calls = [
      () => lakehouse.planImport(request, { ref: "main", signal }),
      () => lakehouse.applyImport(plan, { branch: "main", ...NOTE, signal }),
      () => lakehouse.materialize({ branch: "main", table: TRIPS, sql: "SELECT 1 AS id", ...NOTE, signal }),
      () => lakehouse.query("SELECT 1", { ref: "main", signal }),
      () => Array.fromAsync(lakehouse.scan({ table: TRIPS, ref: "main", signal })),
    ];
    for (const call of calls) assertStrictEquals(await assertRejects(call), signal.reason);
    assertEquals(await world.refs(), before);
  },

  "query() stops soon after its signal is aborted": async ({ lakehouse }) => {
    await assertStopped((signal) => lakehouse.query(ENDLESS, { ref: "main", signal }));
  },

  "materialize() stops soon after its signal is aborted, and changes nothing": async (world) => {
    await importedTrips(world);
    const before = await world.refs();
    await assertStopped((signal) => world.lakehouse.materialize({ branch: "main", table: TRIPS, sql: ENDLESS, ...NOTE, signal }));
    assertEquals([await world.refs(), await world.ids()], [before, [1]]);
  },

  "applyImport() stops soon after its signal is aborted, and changes nothing": async (world) => {
    const { lakehouse } = world;
    const from = [await world.write("a.csv", "id", ...Array.from({ length: 2000 }, (_, index) => `${index}`))];
    const transform = "SELECT count(*) AS id FROM {source} AS a, {source} AS b, {source} AS c, {source} AS d WHERE (a.id * b.id * c.id * d.id) % 7 = 3";
    const plan = await lakehouse.planImport({ table: TRIPS, mode: "append", from, transform }, { ref: "main" });
    const before = await world.refs();
    await assertStopped((signal) => lakehouse.applyImport(plan, { branch: "main", ...NOTE, signal }));
    assertEquals([await world.refs(), await lakehouse.listTables("main")], [before, []]);
  },

  "scan() stops at its next batch when its signal is aborted": async (world) => {
    await world.import({ from: await world.writeParquet("a.parquet", "SELECT range AS id FROM range(1000000)") });
    const controller = new AbortController();
    const reason = new TypeError("Cannot go on: the test has stopped it");
    let rows = 0;
    const scanning = async () => {
      for await (const batch of world.lakehouse.scan({ table: TRIPS, ref: "main", signal: controller.signal })) {
        rows += batch.numRows;
        controller.abort(reason);
      }
    };
    assertStrictEquals(await assertRejects(scanning), reason);
    assertEquals(rows < 1_000_000, true);
  },
};
