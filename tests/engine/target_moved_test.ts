import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { check, type FlowDefinition, type RunReport, step } from "@wap/core";
import { join } from "node:path";
import { World } from "../support/engine_world.ts";
import type { Interception } from "../support/intercepted_lakehouse.ts";

const TRIPS = { namespace: "taxi", table: "trips" };

/** Lets something happen just before a run's first call of a method. */
function meanwhile(method: string, happen: () => Promise<unknown>): Interception {
  let happened = false;
  return {
    before: async (called) => {
      if (called !== method || happened) return;
      happened = true;
      await happen();
    },
  };
}

/** A run during which a rival publishes other rows. */
async function runAgainst(world: World, rival: Partial<FlowDefinition>, own: Partial<FlowDefinition> = {}): Promise<RunReport> {
  await Deno.writeTextFile(join(world.folder, "rival.csv"), "id,fare\n7,1.5\n8,2.5\n");
  const rivals = () => world.run({ name: "rival", from: "rival.csv", ...rival } as Partial<FlowDefinition>);
  return await world.run(own, { interception: meanwhile("merge", rivals) });
}

async function ids(world: World): Promise<number[]> {
  const table = await world.lakehouse.query("select id from taxi.trips order by id", { ref: "main" });
  return [...table.getChild("id")!].map(Number);
}

Deno.test("a run whose table was appended to meanwhile begins again on top, audits the whole, and publishes both", async () => {
  await using world = await World.make();
  const run = await runAgainst(world, {}, { checks: [check.unique("id")] });
  assertEquals([run.outcome, await ids(world), await world.branches()], ["published", [1, 2, 3, 7, 8], ["main"]]);
  assertEquals(run.audit?.checks.find((one) => one.kind === "unique")?.testedRows, 5);
  const events = world.store.history(run.id).map((event) => event.type);
  assertEquals(events.filter((type) => type === "TARGET_MOVED" || type === "IMPORTED"), ["IMPORTED", "TARGET_MOVED", "IMPORTED"]);
});

Deno.test("a run that begins again is rejected when its rows do not go with what the target got meanwhile", async () => {
  await using world = await World.make();
  await Deno.writeTextFile(join(world.folder, "same.csv"), "id,fare\n3,9.5\n");
  const run = await runAgainst(world, { from: "same.csv" } as Partial<FlowDefinition>, { checks: [check.unique("id")] });
  assertEquals([run.outcome, await ids(world), await world.branches()], ["rejected", [3], ["main"]]);
});

Deno.test("a run whose files the target got meanwhile changes nothing", async () => {
  await using world = await World.make();
  const run = await runAgainst(world, { from: "trips.csv" } as Partial<FlowDefinition>);
  assertEquals([run.outcome, await ids(world), (await world.publishes()).length], ["unchanged", [1, 2, 3], 1]);
});

Deno.test("a step is done anew on the new branch, and undone once", async () => {
  await using world = await World.make();
  const seen: string[] = [];
  const own: Partial<FlowDefinition> = {
    steps: [step("note", ({ idempotencyKey }) => void seen.push(idempotencyKey), { onRollback: () => void seen.push("undone") })],
    checks: [check.rowCount({ max: 3, scope: "table" })],
  };
  const run = await runAgainst(world, {}, own);
  assertEquals([run.outcome, seen], ["rejected", [`${run.id}/step/note`, `${run.id}/step/note/1`, "undone"]]);
});

Deno.test("a run whose table was rewritten meanwhile is parked with what happened and by whom; cancel undoes it", async () => {
  await using world = await World.make();
  const run = await runAgainst(world, { into: { ...TRIPS, mode: "replace" } } as Partial<FlowDefinition>);
  // The table was not there before: replacing made it, and appending to a made table goes together.
  assertEquals(run.outcome, "published");
  await Deno.writeTextFile(join(world.folder, "more.csv"), "id,fare\n4,4.5\n");
  const second = await runAgainst(world, { into: { ...TRIPS, mode: "replace" } } as Partial<FlowDefinition>, { from: "more.csv" } as Partial<FlowDefinition>);
  assertEquals([second.state, second.outcome], ["parked", null]);
  assertMatch(second.error!.message, /taxi\.trips was rewritten on "main" by run \w+ of flow rival/);
  const cancelled = await world.engine().cancel(second.id, { by: "ann", reason: null });
  assertEquals([cancelled.state, await world.branches()], ["cancelled", ["main"]]);
});

Deno.test("a run that replaces a table is parked when the table was appended to meanwhile", async () => {
  await using world = await World.make();
  await world.run();
  const run = await runAgainst(world, {}, { into: { ...TRIPS, mode: "replace" } } as Partial<FlowDefinition>);
  assertEquals(run.state, "parked");
  assertStringIncludes(run.error!.message, "taxi.trips was appended");
});

Deno.test("a run whose files no longer go with the target's columns is parked with the reason", async () => {
  await using world = await World.make();
  await Deno.writeTextFile(join(world.folder, "texts.csv"), "id,fare\n4,2024-01-01 00:00:00\n");
  const run = await runAgainst(world, { from: "texts.csv" } as Partial<FlowDefinition>);
  assertEquals([run.state, await world.rows()], ["parked", 1]);
  assertStringIncludes(run.error!.message, "no longer takes this run's files");
});

Deno.test("a check that reads another table is made again when that table changed meanwhile, and sees it as it will be", async () => {
  await using world = await World.make();
  await Deno.writeTextFile(join(world.folder, "known.csv"), "id\n1\n2\n3\n");
  const zones = { name: "zones", from: "known.csv", into: { namespace: "taxi", table: "zones", mode: "replace" } } as Partial<FlowDefinition>;
  await world.run(zones);
  const known = check.sqlRows("select * from {table} as t where not exists (select 1 from taxi.zones as z where z.id = t.id)", { name: "known zone" });
  const shrink = async () => {
    await Deno.writeTextFile(join(world.folder, "known.csv"), "id\n1\n2\n");
    await world.run(zones);
  };
  const run = await world.run({ checks: [known] }, { interception: meanwhile("merge", shrink) });
  assertEquals([run.outcome, run.audit?.checks.find((one) => one.name === "known zone")?.failedRows, await world.rows()], ["rejected", 1, null]);
});

Deno.test("a run is not audited again for tables that no check of it reads", async () => {
  await using world = await World.make();
  const run = await runAgainst(world, { into: { namespace: "taxi", table: "other" } } as Partial<FlowDefinition>);
  assertEquals([run.outcome, world.store.history(run.id).filter((event) => event.type === "AUDITED").length], ["published", 1]);
});

Deno.test("an approval is for what was audited: a run that begins again waits for another", async () => {
  await using world = await World.make();
  const engine = world.engine();
  const id = await world.submit(engine, world.flow({ approval: "always" }));
  await engine.execute(id);
  await Deno.writeTextFile(join(world.folder, "rival.csv"), "id,fare\n7,1.5\n");
  await world.run({ name: "rival", from: "rival.csv" } as Partial<FlowDefinition>);
  const again = await engine.approve(id, { by: "ann", reason: null });
  assertEquals([again.state, await world.rows()], ["awaitingApproval", 1]);
  assertEquals((await engine.approve(id, { by: "ann", reason: null })).state, "published");
  assertEquals(await ids(world), [1, 2, 3, 7]);
});

Deno.test("a table that a check reads and that changed before the audit is seen as it is now, not as it was when the branch was made", async () => {
  await using world = await World.make();
  const zones = { name: "zones", from: "known.csv", into: { namespace: "taxi", table: "zones", mode: "replace" } } as Partial<FlowDefinition>;
  await Deno.writeTextFile(join(world.folder, "known.csv"), "id\n1\n2\n3\n");
  await world.run(zones);
  const known = check.sqlRows("select * from {table} as t where not exists (select 1 from taxi.zones as z where z.id = t.id)", { name: "known zone" });
  const shrink = async () => {
    await Deno.writeTextFile(join(world.folder, "known.csv"), "id\n1\n2\n");
    await world.run(zones);
  };
  const run = await world.run({ checks: [known] }, { interception: meanwhile("applyImport", shrink) });
  assertEquals([run.outcome, run.audit?.checks.find((one) => one.name === "known zone")?.failedRows], ["rejected", 1]);
});

Deno.test("a person can insist: a parked run that is resumed begins again on top of what is there now", async () => {
  await using world = await World.make();
  await world.run();
  const run = await runAgainst(world, {}, { into: { ...TRIPS, mode: "replace" } } as Partial<FlowDefinition>);
  assertEquals(run.state, "parked");
  const resumed = await world.engine().resume(run.id);
  assertEquals([resumed.state, await ids(world)], ["published", [1, 2, 3]]);
});
