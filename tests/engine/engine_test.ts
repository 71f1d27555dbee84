import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  check,
  defineFlow,
  Engine,
  type Flow,
  type FlowDefinition,
  type Lakehouse,
  OutcomeUnknownError,
  RetryableError,
  type RunInput,
  RunOwnedError,
  type RunReport,
  RunStore,
  step,
  TerminalError,
  UsageError,
} from "@wap/core";
import { openLakehouse } from "@wap/lakehouse";
import { join } from "node:path";
import { intercept, type Interception } from "../support/intercepted_lakehouse.ts";

const TRIPS = "id,fare\n1,10.5\n2,20.5\n3,\n";
const GOOD_CHECK = [check.notNull("id")];

/** A store, a lakehouse and an engine in a folder that is gone when the test is over. */
class World implements AsyncDisposable {
  readonly folder: string;
  readonly store: RunStore;
  readonly lakehouse: Lakehouse;
  readonly #flows = new Map<string, Flow>();

  constructor(folder: string, store: RunStore, lakehouse: Lakehouse) {
    this.folder = folder;
    this.store = store;
    this.lakehouse = lakehouse;
  }

  static async make(): Promise<World> {
    const folder = await Deno.makeTempDir({ prefix: "wap-engine-" });
    await Deno.writeTextFile(join(folder, "trips.csv"), TRIPS);
    const store = RunStore.open(join(folder, "wap.db"));
    return new World(folder, store, await openLakehouse({ path: join(folder, "lakehouse") }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.store[Symbol.dispose]();
    await this.lakehouse[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }

  /** An engine whose lakehouse is intercepted. */
  engine(interception: Interception = {}, options: { now?: () => Date; random?: () => number } = {}): Engine {
    return new Engine({
      ...options,
      store: this.store,
      lakehouse: () => intercept(this.lakehouse, interception),
      loadFlow: (source) => Promise.resolve(this.#flows.get(source)!),
    });
  }

  /** A flow into `taxi.trips` from `trips.csv`, found again by its name. */
  flow(definition: Partial<FlowDefinition> = {}): Flow {
    const base = { name: "trips", from: "trips.csv", into: { namespace: "taxi", table: "trips" }, checks: GOOD_CHECK, retries: { attempts: 1 } };
    const flow = { ...defineFlow({ ...base, ...definition } as FlowDefinition), source: "trips.ts" };
    this.#flows.set(flow.source, flow);
    return flow;
  }

  async submit(engine: Engine, flow: Flow, input: Partial<RunInput> = {}): Promise<string> {
    return (await engine.submit(flow, { cwd: this.folder, lakehouse: "local", ...input })).run.id;
  }

  /** Runs a flow to its end. */
  async run(definition: Partial<FlowDefinition> = {}, options: { interception?: Interception; input?: Partial<RunInput> } = {}): Promise<RunReport> {
    const engine = this.engine(options.interception);
    const id = await this.submit(engine, this.flow(definition), options.input);
    await engine.execute(id);
    return engine.report(id);
  }

  async branches(): Promise<string[]> {
    return (await this.lakehouse.listRefs({ kind: "branch" })).map((ref) => ref.name);
  }

  async rows(): Promise<number | null> {
    return (await this.lakehouse.findTable({ namespace: "taxi", name: "trips" }, { ref: "main" }))?.records ?? null;
  }

  /** Commits of main that publish a run. */
  async publishes(): Promise<string[]> {
    const commits = await Array.fromAsync(this.lakehouse.log("main"));
    return commits.filter((commit) => commit.properties["wap.audit"] !== undefined).map((commit) => commit.properties["wap.run_id"]!);
  }
}

function failOn(when: "before" | "after", method: string, error: () => Error, times = Infinity): Interception {
  let left = times;
  return {
    [when]: (called: string) => {
      if (called === method && left-- > 0) throw error();
    },
  };
}

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

Deno.test("execute() parks a run whose table changed on the target, with a reason per table, and cancel undoes it", async () => {
  await using world = await World.make();
  let interfered = false;
  const engine = world.engine({
    before: async (method) => {
      if (method !== "merge" || interfered) return;
      interfered = true;
      await world.run({ name: "rival" });
    },
  });
  const id = await world.submit(engine, world.flow());
  assertEquals((await engine.execute(id)).state, "parked");
  assertStringIncludes(engine.report(id).error!.message, "taxi.trips");
  assertEquals((await engine.cancel(id, { by: "ann", reason: null })).state, "cancelled");
  assertEquals([await world.rows(), await world.branches()], [3, ["main"]]);
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
    `undo second: half-way ${run.id}/undo/second`,
    `undo first: half-way ${run.id}/undo/first`,
    "flow: half-way",
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

Deno.test("resume() refuses to go on with other code than the run began with", async () => {
  await using world = await World.make();
  const engine = world.engine();
  const flow = world.flow({ steps: [step("a", () => {})] });
  const id = await world.submit(engine, flow);
  await engine.execute(id, { until: "importing" });
  world.flow({ steps: [step("b", () => {})] });
  await assertRejects(() => engine.resume(id), UsageError, "has other steps, checks or hooks than when the run began");
  world.flow({ steps: [step("a", () => {})] });
  assertEquals((await engine.resume(id)).state, "published");
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
