import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { check, collectGarbage, type FlowDefinition, NotFoundError, RevertConflictError, step, TerminalError, UsageError } from "@wap/core";
import { join } from "node:path";
import { failOn, World } from "../support/engine_world.ts";

const ANN = { by: "ann", reason: "wrong month" };

async function rival(world: World, changes: Partial<FlowDefinition> = {}): Promise<string> {
  await Deno.writeTextFile(join(world.folder, "rival.csv"), "id,fare\n7,1.5\n");
  return (await world.run({ name: "rival", from: "rival.csv", ...changes } as Partial<FlowDefinition>)).id;
}

Deno.test("revert() takes a publish back once, and its files can be imported again", async () => {
  await using world = await World.make();
  const { id } = await world.run();
  const engine = world.engine();
  const reverted = await engine.revert(id, ANN);
  assertEquals([reverted.state, await world.rows()], ["published", null]);
  assertEquals((await engine.revert(id, ANN)).context.revert, reverted.context.revert);
  const [head] = await Array.fromAsync(world.lakehouse.log("main", { limit: 1 }));
  assertEquals([head?.hash, head?.properties["wap.reverts"], head?.message.endsWith(": wrong month")], [reverted.context.revert, id, true]);
  assertEquals((await world.run()).outcome, "published");
});

Deno.test("revert() lets later publishes of other tables stay, and refuses when the table itself was changed since", async () => {
  await using world = await World.make();
  const { id } = await world.run();
  const other = await rival(world, { into: { namespace: "taxi", table: "other" } } as Partial<FlowDefinition>);
  await world.engine().revert(id, ANN);
  assertEquals((await world.lakehouse.listTables("main")).map((table) => table.name), ["other"]);
  await rival(world, { into: { namespace: "taxi", table: "other" }, from: "trips.csv" } as Partial<FlowDefinition>);
  const error = await assertRejects(() => world.engine().revert(other, ANN), RevertConflictError);
  assertStringIncludes(error.message, "taxi.other changed since");
});

Deno.test("revert() counts one whose answer was lost, and refuses a run that is not published", async () => {
  await using world = await World.make();
  const { id } = await world.run();
  await assertRejects(() => world.engine(failOn("after", "revert", () => new Error("connection reset"))).revert(id, ANN), Error, "connection reset");
  await world.engine().revert(id, ANN);
  const commits = await Array.fromAsync(world.lakehouse.log("main"));
  assertEquals(commits.filter((commit) => commit.properties["wap.reverts"] === id).length, 1);
  const rejected = await world.run({ checks: [check.notNull("fare")] });
  await assertRejects(() => world.engine().revert(rejected.id, ANN), UsageError, "its state is rejected");
});

Deno.test("fork() audits what another run wrote, without importing again", async () => {
  await using world = await World.make();
  const rejected = await world.run({ checks: [check.notNull("fare")], onFailure: "keep" });
  assertEquals(rejected.outcome, "rejected");
  const imports: string[] = [];
  const engine = world.engine({ before: (method) => void (method === "applyImport" && imports.push(method)) });
  const forked = await engine.fork(rejected.id, { from: "auditing" });
  assertEquals((await engine.execute(forked.id)).state, "rejected");
  assertEquals([imports, engine.report(forked.id).tables[0]?.rowsImported], [[], 3]);
});

Deno.test("fork() runs the steps again, on a commit that the deleted branch of another left", async () => {
  await using world = await World.make();
  let broken = true;
  const flow: Partial<FlowDefinition> = {
    steps: [step("flaky", () => {
      if (broken) throw new TerminalError("Cannot do it yet");
    })],
  };
  const failed = await world.run(flow);
  assertEquals([failed.outcome, await world.branches()], ["failed", ["main"]]);
  broken = false;
  const engine = world.engine();
  const forked = await engine.fork(failed.id, { from: "transforming" });
  assertEquals([(await engine.execute(forked.id)).state, await world.rows()], ["published", 3]);
});

Deno.test("fork() refuses a run that wrote nothing", async () => {
  await using world = await World.make();
  const failed = await world.run({ from: "nosuch.csv" } as Partial<FlowDefinition>);
  await assertRejects(() => world.engine().fork(failed.id, { from: "auditing" }), NotFoundError, "it wrote nothing");
});

Deno.test("retry() does the same again as a run of its own", async () => {
  await using world = await World.make();
  const failed = await world.run({}, { interception: failOn("before", "applyImport", () => new TerminalError("Cannot import")) });
  const engine = world.engine();
  const again = await engine.retry(failed.id);
  assertEquals([again.id === failed.id, (await engine.execute(again.id)).state], [false, "published"]);
});

Deno.test("resume() blocks a run whose flow changed and says what changed; with the code as it was, it goes on", async () => {
  await using world = await World.make();
  const engine = world.engine();
  const before = { steps: [step("a", () => {}), step("b", () => {})] };
  const id = await world.submit(engine, world.flow(before));
  await engine.execute(id, { until: "importing" });
  world.flow({ steps: [step("a", () => {}), step("c", () => {})], version: 2 });
  const blocked = await engine.resume(id);
  assertEquals([blocked.state, blocked.outcome], ["blocked", null]);
  assertStringIncludes(engine.report(id).error!.message, 'its version is 2, step "b" is gone, step "c" is new');
  assertEquals((await engine.resume(id)).state, "blocked");
  world.flow(before);
  assertEquals((await engine.resume(id)).state, "published");
});

Deno.test("resume() goes on with changed code when a person accepts it", async () => {
  await using world = await World.make();
  const engine = world.engine();
  const seen: string[] = [];
  const id = await world.submit(engine, world.flow({ steps: [step("a", () => void seen.push("a")), step("b", () => void seen.push("b"))] }));
  await engine.execute(id, { until: "importing" });
  world.flow({
    steps: [step("a", () => void seen.push("new a")), step("c", () => void seen.push("c"))],
    checks: [check.notNull("id"), check.rowCount({ max: 3 })],
  });
  const done = await engine.resume(id, { acceptChanges: true });
  assertEquals([done.state, seen], ["published", ["new a", "c"]]);
  assertEquals(engine.report(id).audit?.checks.map((one) => one.kind).toSorted(), ["not_null", "row_count"]);
});

Deno.test("cancel() undoes a blocked run; an undo whose code is gone is named, the others are done", async () => {
  await using world = await World.make();
  const engine = world.engine();
  const id = await world.submit(engine, world.flow({ steps: [step("a", () => {}, { onRollback: () => {} }), step("b", () => {})] }));
  const stop = new AbortController();
  await engine.execute(id, { stop: stop.signal, onTransition: (_run, event) => event.type === "STEP_DONE" && stop.abort() });
  world.flow({ steps: [] });
  assertEquals((await engine.resume(id)).state, "blocked");
  assertEquals((await engine.cancel(id, ANN)).state, "rollbackFailed");
  const { undo } = engine.report(id);
  assertEquals(undo.map((task) => [task.step, task.status]), [['onRollback of step "a"', "failed"], ["delete branch", "done"]]);
  assertEquals(await world.branches(), ["main"]);
});

Deno.test("collectGarbage() removes branches of runs that ended, and none that are needed", async () => {
  await using world = await World.make();
  const leaking = failOn("before", "deleteBranch", () => new Error("connection reset"));
  const leaked = await world.run({}, { interception: leaking });
  const kept = await world.run(
    { name: "kept", checks: [check.notNull("fare")], onFailure: "keep", into: { namespace: "taxi", table: "kept" } } as Partial<FlowDefinition>,
  );
  const engine = world.engine();
  const waiting = await world.submit(
    engine,
    world.flow({ name: "waiting", approval: "always", into: { namespace: "taxi", table: "waiting" } } as Partial<FlowDefinition>),
  );
  await engine.execute(waiting);
  await world.lakehouse.createBranch("someone/else", { from: "main" });
  const report = await collectGarbage(world.store, world.lakehouse, { dryRun: true, olderThanMs: 0 });
  assertEquals(report.branches.map((branch) => branch.runId), [leaked.id]);
  assertEquals((await world.branches()).length, 5);
  await collectGarbage(world.store, world.lakehouse, { dryRun: false, olderThanMs: 0 });
  assertEquals(await world.branches(), ["main", "someone/else", kept.branch, world.store.find(waiting).branch].toSorted());
  assertEquals((await engine.approve(waiting, ANN)).state, "published");
});

Deno.test("collectGarbage() leaves a branch alone that one run needs and another of the same branch name does not", async () => {
  await using world = await World.make();
  const input = { branch: "staging" };
  await world.run({ name: "first", into: { namespace: "taxi", table: "first" } } as Partial<FlowDefinition>, { input });
  const kept = { name: "kept", checks: [check.notNull("fare")], onFailure: "keep", into: { namespace: "taxi", table: "kept" } };
  await world.run(kept as Partial<FlowDefinition>, { input });
  assertEquals((await world.run({}, { input })).error?.code, "branch_exists");
  const report = await collectGarbage(world.store, world.lakehouse, { dryRun: false, olderThanMs: 0 });
  assertEquals([report.branches, await world.branches()], [[], ["main", "staging"]]);
});

Deno.test("collectGarbage() leaves the branch of a run alone that waits, though another wanted the same name, and one that nobody's run made", async () => {
  await using world = await World.make();
  const engine = world.engine();
  const flow = world.flow({ name: "waiting", approval: "always", into: { namespace: "taxi", table: "waiting" } } as Partial<FlowDefinition>);
  const waiting = await world.submit(engine, flow, { branch: "staging" });
  await engine.execute(waiting);
  await world.lakehouse.createBranch("theirs", { from: "main" });
  for (const branch of ["staging", "theirs"]) await world.run({}, { input: { branch } });
  const report = await collectGarbage(world.store, world.lakehouse, { dryRun: false, olderThanMs: 0 });
  assertEquals([report.branches, (await engine.approve(waiting, ANN)).state, await world.branches()], [[], "published", ["main", "theirs"]]);
});
