import { assertEquals, assertRejects } from "@std/assert";
import { check, defineFlow, type FlowDefinition, OutcomeUnknownError, RetryableError } from "@wap/core";
import { join } from "node:path";
import { failOn, World } from "../support/engine_world.ts";

Deno.test("execute() publishes what passed, says so in the merge commit, and deletes the branch", async () => {
  await using world = await World.make();
  const run = await world.run();
  assertEquals([run.outcome, run.tables[0]?.rowsImported, await world.rows(), await world.branches()], ["published", 3, 3, ["main"]]);
  const [head] = await Array.fromAsync(world.lakehouse.log("main", { limit: 1 }));
  assertEquals(head?.hash, run.publish?.commit);
  assertEquals(head?.parents[0], run.publish?.targetBefore);
  assertEquals([head?.properties["wap.run_id"], head?.properties["wap.flow"], head?.properties["wap.audit"]], [run.id, "trips", run.audit?.digest]);
});

Deno.test("execute() stores each intent before the effect: the history names the next step before the lakehouse is called", async () => {
  await using world = await World.make();
  const engine = world.engine({
    before: (method) => {
      if (method !== "createBranch" && method !== "applyImport" && method !== "merge") return;
      const [run] = world.store.list();
      const last = world.store.history(run!.id).at(-1);
      const expected = { createBranch: "create branch", applyImport: "import taxi.trips", merge: "merge" }[method];
      assertEquals(last?.nextStep, expected);
    },
  });
  const id = await world.submit(engine, world.flow());
  assertEquals((await engine.execute(id)).state, "published");
});

Deno.test("execute() counts a merge whose answer was lost as one publish", async () => {
  await using world = await World.make();
  const run = await world.run({}, { interception: failOn("after", "merge", () => new OutcomeUnknownError("Cannot merge: timeout"), 1) });
  assertEquals([run.outcome, await world.publishes()], ["published", [run.id]]);
});

Deno.test("execute() undoes nothing while nobody can tell whether it published, and finds out on resume", async () => {
  await using world = await World.make();
  let merged = false;
  const engine = world.engine({
    before: (method) => {
      if (merged && method === "log") throw new RetryableError("Cannot read the log: no connection");
    },
    after: (method) => {
      if (method !== "merge") return;
      merged = true;
      throw new RetryableError("Cannot read the answer: no connection");
    },
  });
  const id = await world.submit(engine, world.flow());
  await assertRejects(() => engine.execute(id), OutcomeUnknownError, "Cannot tell whether run");
  assertEquals(world.store.find(id).state, "publishing");
  const healed = world.engine();
  assertEquals((await healed.resume(id)).state, "published");
  assertEquals([await world.publishes(), await world.branches()], [[id], ["main"]]);
});

Deno.test("execute() merges again when another publish of another table moved the target between look and merge", async () => {
  await using world = await World.make();
  let interfered = false;
  const run = await world.run({}, {
    interception: {
      before: async (method) => {
        if (method !== "merge" || interfered) return;
        interfered = true;
        await world.run({ name: "other", into: { namespace: "taxi", table: "other" } } as Partial<FlowDefinition>);
      },
    },
  });
  assertEquals([run.outcome, (await world.publishes()).length, await world.rows()], ["published", 2, 3]);
});

Deno.test("execute() publishes several tables in one merge, or none of them", async () => {
  await using world = await World.make();
  await Deno.writeTextFile(join(world.folder, "bad.csv"), "id\n1\n\n");
  const tables = (second: string) => ({
    tables: [
      { from: "trips.csv", into: { namespace: "taxi", table: "trips" }, checks: [check.notNull("id")] },
      { from: second, into: { namespace: "taxi", table: "more" }, checks: [check.rowCount({ min: 3 })] },
    ],
  });
  const engine = world.engine();
  const run = async (second: string) => {
    const flow = { ...defineFlow({ name: "two", ...tables(second) }), source: null };
    const id = await world.submit(engine, flow);
    await engine.execute(id);
    return engine.report(id);
  };
  const rejected = await run("bad.csv");
  assertEquals([rejected.outcome, await world.rows()], ["rejected", null]);
  const published = await run("trips.csv");
  assertEquals([published.outcome, await world.rows(), (await world.publishes()).length], ["published", 3, 1]);
});

Deno.test("execute() publishes a flow of several tables when only one of them has new files", async () => {
  await using world = await World.make();
  await Deno.writeTextFile(join(world.folder, "new.csv"), "id\n9\n");
  const flowOf = (from: string[]) => ({
    ...defineFlow({
      name: "two",
      tables: [
        { from, into: { namespace: "taxi", table: "trips" }, checks: [check.notNull("id")] },
        { from: "trips.csv", into: { namespace: "taxi", table: "more" }, checks: [check.notNull("id")] },
      ],
      retries: { attempts: 1 },
    }),
    source: null,
  });
  const engine = world.engine();
  for (const from of [["trips.csv"], ["trips.csv", "new.csv"]]) {
    const id = await world.submit(engine, flowOf(from));
    assertEquals((await engine.execute(id)).state, "published");
  }
  assertEquals(await world.rows(), 4);
});
