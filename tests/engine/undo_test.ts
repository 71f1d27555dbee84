import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { check, step, UsageError } from "@wap/core";
import { failOn, World } from "../support/engine_world.ts";

Deno.test("execute() undoes the branch when an import fails, and names the cause", async () => {
  await using world = await World.make();
  const run = await world.run({}, { interception: failOn("before", "applyImport", () => new Error("the disk caught fire")) });
  assertEquals([run.outcome, run.error?.message, await world.rows(), await world.branches()], ["failed", "the disk caught fire", null, ["main"]]);
  assertEquals(run.undo.map((task) => [task.step, task.status]), [["delete branch", "done"]]);
});

Deno.test("execute() undoes a branch whose creation succeeded but whose answer was lost", async () => {
  await using world = await World.make();
  const run = await world.run({}, { interception: failOn("after", "createBranch", () => new Error("connection reset")) });
  assertEquals([run.outcome, await world.branches()], ["failed", ["main"]]);
});

Deno.test("execute() leaves a branch alone that was there before, and says so", async () => {
  await using world = await World.make();
  await world.lakehouse.createBranch("dev", { from: "main" });
  const run = await world.run({}, { input: { branch: "dev" } });
  assertEquals([run.outcome, await world.branches()], ["failed", ["dev", "main"]]);
  assertStringIncludes(run.error!.message, 'branch "dev": it exists already');
});

Deno.test("execute() runs steps on the branch and undoes them in reverse order, also one that died half-way", async () => {
  await using world = await World.make();
  const seen: string[] = [];
  const undo = (name: string) => ({
    onRollback: ({ reason, idempotencyKey }: { reason: string; idempotencyKey: string }) => void seen.push(`undo ${name}: ${reason} ${idempotencyKey}`),
  });
  const run = await world.run({
    steps: [
      step("first", ({ branch }) => void seen.push(`first on ${branch}`), undo("first")),
      step("second", () => {
        seen.push("second");
        throw new Error("half-way");
      }, undo("second")),
    ],
    onRollback: ({ reason }) => void seen.push(`flow: ${reason}`),
  });
  assertEquals(run.outcome, "failed");
  assertEquals(seen, [
    `first on ${run.branch}`,
    "second",
    `undo second: Cannot finish step "second": half-way ${run.id}/undo/second`,
    `undo first: Cannot finish step "second": half-way ${run.id}/undo/first`,
    'flow: Cannot finish step "second": half-way',
  ]);
});

Deno.test("execute() goes on undoing when a hook fails, ends in attention, and resume tries that hook again", async () => {
  await using world = await World.make();
  let broken = true;
  const flow = world.flow({
    steps: [step("only", () => {}, {
      onRollback: () => {
        if (broken) throw new Error("mail server down");
      },
    })],
    checks: [check.notNull("fare")],
  });
  const engine = world.engine();
  const id = await world.submit(engine, flow);
  await engine.execute(id);
  const report = engine.report(id);
  assertEquals([report.outcome, await world.branches()], ["attention", ["main"]]);
  assertEquals(report.undo.map((task) => [task.step, task.status]), [['onRollback of step "only"', "failed"], ["delete branch", "done"]]);
  broken = false;
  assertEquals((await engine.resume(id)).state, "rejected");
});

Deno.test("execute() never takes a publish back because its commit hook failed; resume tries the hook again", async () => {
  await using world = await World.make();
  const keys: string[] = [];
  const flow = world.flow({
    onCommit: ({ idempotencyKey, tables }) => {
      keys.push(idempotencyKey);
      assertEquals(tables, [{ name: "taxi.trips", rowsImported: 3 }]);
      if (keys.length === 1) throw new Error("mail server down");
    },
  });
  const engine = world.engine();
  const id = await world.submit(engine, flow);
  await engine.execute(id);
  assertEquals(engine.report(id).followUp.map((task) => [task.step, task.status]), [["delete branch", "done"], ["onCommit", "failed"]]);
  assertEquals([engine.report(id).outcome, await world.rows()], ["published", 3]);
  await engine.resume(id);
  assertEquals(engine.report(id).followUp.map((task) => task.status), ["done", "done"]);
  assertEquals([new Set(keys).size, (await world.publishes()).length], [1, 1]);
});

Deno.test("cancel() stops a step that is under way and undoes the run", async () => {
  await using world = await World.make();
  const engine = world.engine();
  const flow = world.flow({
    steps: [step("waits", ({ runId, signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        void engine.cancel(runId, { by: "ann", reason: "wrong month" });
      }))],
  });
  const id = await world.submit(engine, flow);
  assertEquals((await engine.execute(id)).state, "cancelled");
  assertEquals([engine.report(id).error?.message, await world.branches()], ["Cancelled by ann: wrong month", ["main"]]);
});

Deno.test("cancel() of a published run is refused", async () => {
  await using world = await World.make();
  const { id } = await world.run();
  await assertRejects(() => world.engine().cancel(id, { by: "ann", reason: null }), UsageError, "its state is published");
});
