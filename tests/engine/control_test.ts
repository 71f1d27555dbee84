import { assertEquals, assertRejects } from "@std/assert";
import { RunOwnedError } from "@wap/core";
import { World } from "../support/engine_world.ts";

Deno.test("execute() refuses a run that is being executed", async () => {
  await using world = await World.make();
  const engine = world.engine({
    before: async (method) => {
      if (method === "applyImport") await assertRejects(() => world.engine().execute(world.store.list()[0]!.id), RunOwnedError);
    },
  });
  const id = await world.submit(engine, world.flow());
  assertEquals((await engine.execute(id)).state, "published");
});

Deno.test("execute() with a stop signal records the effect under way and leaves the run resumable", async () => {
  await using world = await World.make();
  const stop = new AbortController();
  const engine = world.engine({
    before: (method) => {
      if (method === "applyImport") stop.abort();
    },
  });
  const id = await world.submit(engine, world.flow());
  assertEquals((await engine.execute(id, { stop: stop.signal })).state, "auditing");
  assertEquals(world.store.interrupted().map((run) => run.id), [id]);
  assertEquals((await world.engine().resume(id)).state, "published");
  assertEquals(await world.rows(), 3);
});
