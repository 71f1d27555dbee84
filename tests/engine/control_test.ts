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

Deno.test("run() holds its run from the moment it is stored", async () => {
  await using world = await World.make();
  const flow = world.flow();
  const refusals: unknown[] = [];
  const engine = world.engine({
    before: async (method) => {
      if (method === "findRef") refusals.push(await assertRejects(() => world.engine().execute(world.store.list()[0]!.id), RunOwnedError));
    },
  });
  const { id, state, attempts } = await engine.run(flow, { cwd: world.folder, lakehouse: "local" });
  assertEquals([state, attempts, refusals.length, world.store.ownerOf(id)], ["published", 1, 1, null]);
});

Deno.test("run() with an idempotency key goes on with the run stored before, and leaves it alone once it has ended", async () => {
  await using world = await World.make();
  const engine = world.engine();
  const flow = world.flow();
  const input = { cwd: world.folder, lakehouse: "local", idempotencyKey: "k" };
  const { run } = await engine.submit(flow, input);
  const first = await engine.run(flow, input);
  assertEquals([first.id, first.state, first.attempts], [run.id, "published", 1]);
  assertEquals(await engine.run(flow, input), world.store.find(run.id));
  assertEquals(world.store.list().map(({ id, attempts }) => [id, attempts]), [[run.id, 1]]);
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

Deno.test("cancel() undoes a run that has just come to wait for approval, whether it is asked before or after that is stored", async () => {
  for (const moment of ["before", "after"] as const) {
    await using world = await World.make();
    const cancels: Promise<unknown>[] = [];
    const ask = (when: string) => {
      if (when === moment && cancels.length === 0) cancels.push(world.engine().cancel(world.store.list()[0]!.id, { by: "ann", reason: null }));
    };
    const engine = world.engine({
      before: (method) => {
        if (method === "query") ask("before");
      },
    });
    const onTransition = ({ state }: { state: string }) => {
      if (state === "awaitingApproval") ask("after");
    };
    const { id } = await engine.run(world.flow({ approval: "always" }), { cwd: world.folder, lakehouse: "local" }, { onTransition });
    await Promise.all(cancels);
    assertEquals([cancels.length, world.store.find(id).state, world.store.ownerOf(id)], [1, "cancelled", null], `asked ${moment}`);
    assertEquals(await world.branches(), ["main"]);
  }
});
