import { assertEquals } from "@std/assert";
import { RetryableError, step, TerminalError } from "@wap/core";
import { failOn, World } from "../support/engine_world.ts";
import type { Interception } from "../support/intercepted_lakehouse.ts";

const QUICK = { attempts: 3, initial: "1ms", max: "2ms" };

Deno.test("execute() tries again what may pass, as often as the flow says, and records each try", async () => {
  await using world = await World.make();
  const flaky = failOn("before", "applyImport", () => new RetryableError("Cannot reach the lakehouse"), 2);
  const run = await world.run({ retries: QUICK }, { interception: flaky });
  assertEquals(run.outcome, "published");
  const tries = world.store.history(run.id).filter((event) => event.type === "TRY_FAILED");
  assertEquals(tries.map((event) => [event.toState, event.body.failed]), [["importing", 1], ["importing", 2]]);
});

Deno.test("execute() gives up after the last try, and does not try again what cannot pass", async () => {
  await using world = await World.make();
  const triesUntil = async (error: () => Error) => {
    const run = await world.run({ retries: QUICK }, { interception: failOn("before", "applyImport", error) });
    assertEquals(run.outcome, "failed");
    return world.store.history(run.id).filter((event) => event.type === "TRY_FAILED").length;
  };
  assertEquals(await triesUntil(() => new RetryableError("Cannot reach the lakehouse")), 2);
  assertEquals(await triesUntil(() => new TerminalError("Cannot read the file")), 0);
});

Deno.test("execute() waits as long as the other side asked for before it tries again, also over a restart", async () => {
  await using world = await World.make();
  const stop = new AbortController();
  const busy = failOn("before", "merge", () => new RetryableError("Cannot merge: too many requests", { retryAfterMs: 60_000 }), 1);
  const engine = world.engine(busy);
  const id = await world.submit(engine, world.flow({ retries: QUICK }));
  const stopped = await engine.execute(id, { stop: stop.signal, onTransition: (_run, event) => event.type === "TRY_FAILED" && stop.abort() });
  assertEquals(stopped.state, "publishing");
  const due = world.store.find(id).context.retry!.at;
  const later = world.engine({}, { now: () => new Date(due) });
  assertEquals((await later.resume(id)).state, "published");
});

Deno.test("execute() tries a step in code as often as the step says, with one idempotency key", async () => {
  await using world = await World.make();
  const keys: string[] = [];
  const flaky = step("flaky", ({ idempotencyKey }) => {
    keys.push(idempotencyKey);
    if (keys.length < 4) throw new Error("not yet");
  }, { attempts: 4 });
  const run = await world.run({ retries: QUICK, steps: [flaky] });
  assertEquals([run.outcome, keys.length, new Set(keys).size], ["published", 4, 1]);
});

Deno.test("execute() ends a step that takes longer than it may, even one that ignores its signal, and undoes the run", async () => {
  await using world = await World.make();
  const { promise: never, resolve } = Promise.withResolvers<void>();
  const run = await world.run({ steps: [step("endless", () => never, { timeout: "20ms", attempts: 1 })] });
  resolve();
  assertEquals([run.outcome, run.error?.code, await world.branches()], ["failed", "timeout", ["main"]]);
});

Deno.test("execute() undoes a run that passes its deadline, but not one that is being published", async () => {
  await using world = await World.make();
  let now = Date.now();
  const lateAt = (method: string): Interception => ({
    before: (called) => {
      if (called === method) now += 7_200_000;
    },
  });
  const outcomeOf = async (method: string) => {
    now = Date.now();
    const engine = world.engine(lateAt(method), { now: () => new Date(now) });
    const id = await world.submit(engine, world.flow({ deadline: "1h" }));
    await engine.execute(id);
    return engine.report(id);
  };
  const late = await outcomeOf("applyImport");
  assertEquals([late.outcome, late.error?.code, await world.branches()], ["failed", "deadline_exceeded", ["main"]]);
  assertEquals((await outcomeOf("merge")).outcome, "published");
});

Deno.test("a run that nobody approves in time is taken up by itself and rejected", async () => {
  await using world = await World.make();
  const engine = world.engine();
  const id = await world.submit(engine, world.flow({ approval: "always", approvalExpires: "1h" }));
  assertEquals((await engine.execute(id)).state, "awaitingApproval");
  assertEquals(world.store.interrupted(), []);
  const later = world.engine({}, { now: () => new Date(Date.now() + 3_600_001) });
  const late = await later.approve(id, { by: "ann", reason: null });
  assertEquals([late.state, later.report(id).error?.message], ["rejected", "Rejected by wap: nobody approved it within 1h"]);
});
