import { assertEquals } from "@std/assert";
import { check, defineFlow, Engine, type Flow, type FlowDefinition, type Lakehouse, OutcomeUnknownError, type RunReport, step } from "@wap/core";
import { interceptLakehouse } from "@wap/core/crash";
import { World } from "../support/engine_world.ts";
import { breakLakehouse, type FaultPlan, FAULTS } from "../support/faulty_lakehouse.ts";

/** What a run leaves, whatever the lakehouse does to it: see `findFaults`. */
type Ending = Pick<RunReport, "state" | "outcome" | "error" | "tables">;

const ROWS = 3;
const FLOWS = { published: [check.notNull("id")], rejected: [check.notNull("fare")] };
/** Long enough for a call of so few rows also on a busy machine, and the price of each call that never answers. */
const STEP_TIMEOUT = "2s";
/** Calls that never answer cost no time but that of waiting, so that several are waited for at once. */
const AT_ONCE = 6;

/** A flow with a step and both hooks, which note that they ran. */
function flowOf(outcome: keyof typeof FLOWS, notes: string[]): Flow {
  const definition: FlowDefinition = {
    name: "faulty",
    from: "trips.csv",
    into: { namespace: "taxi", table: "trips" },
    checks: FLOWS[outcome],
    steps: [step("only", () => {}, { onRollback: () => void notes.push("undo only") })],
    onRollback: () => void notes.push("onRollback"),
    onCommit: () => void notes.push("onCommit"),
    retries: { attempts: 3, initial: "1ms", max: "2ms" },
    stepTimeout: STEP_TIMEOUT,
  };
  return { ...defineFlow(definition), source: "faulty.ts" };
}

/** Something was published before: a lakehouse whose `main` has a past. */
async function makeWorld(): Promise<World> {
  const world = await World.make();
  await world.run({ name: "earlier", into: { namespace: "taxi", table: "earlier" } } as Partial<FlowDefinition>);
  return world;
}

/** The calls that an undisturbed run makes, in order. */
async function listCalls(outcome: keyof typeof FLOWS): Promise<string[]> {
  await using world = await makeWorld();
  const calls: string[] = [];
  const observed = interceptLakehouse(world.lakehouse, ({ point }, proceed) => {
    calls.push(point);
    return proceed();
  });
  const { ending } = await runOn(world, { flow: flowOf(outcome, []), lakehouse: observed });
  assertEquals(ending.outcome, outcome);
  return calls;
}

async function runOn(world: World, { flow, lakehouse }: { flow: Flow; lakehouse: Lakehouse }): Promise<{ id: string; ending: Ending }> {
  const engine = new Engine({ store: world.store, lakehouse: () => lakehouse, loadFlow: () => Promise.resolve(flow) });
  const id = await world.submit(engine, flow);
  await engine.execute(id).catch((error) => {
    if (!(error instanceof OutcomeUnknownError)) throw error;
  });
  return { id, ending: engine.report(id) };
}

/** Says what is wrong with what a run left behind. */
async function findFaults(world: World, { id, ending, notes }: { id: string; ending: Ending; notes: string[] }): Promise<string[]> {
  const isPublished = ending.outcome === "published";
  const facts = {
    publishes: (await world.publishes()).filter((one) => one === id).length,
    rows: await world.rows(),
    branches: await world.branches(),
    undone: notes.includes("undo only") || notes.includes("onRollback"),
    committed: notes.includes("onCommit"),
    ...(isPublished && { rowsImported: ending.tables[0]!.rowsImported }),
  };
  const expected = isPublished
    ? { publishes: 1, rows: ROWS, rowsImported: ROWS, branches: ["main"], undone: false, committed: true }
    : { publishes: 0, rows: null, branches: ["main"], undone: true, committed: false };
  return Object.entries(expected).flatMap(([name, value]) => {
    const fact = facts[name as keyof typeof facts];
    return JSON.stringify(fact) === JSON.stringify(value) ? [] : [`${ending.state}: ${name} is ${JSON.stringify(fact)}`];
  });
}

/** Breaks one call of a run and says what is wrong in the end. */
async function tryFault(outcome: keyof typeof FLOWS, { plan, mayEndOtherwise }: { plan: FaultPlan; mayEndOtherwise: boolean }): Promise<string[]> {
  await using world = await makeWorld();
  const notes: string[] = [];
  const flow = flowOf(outcome, notes);
  const { id, ending } = await runOn(world, { flow, lakehouse: breakLakehouse(world.lakehouse, plan) });
  const explained = ending.error !== null && (ending.outcome === "rejected" || ending.outcome === "failed");
  const strange = ending.outcome === outcome || (mayEndOtherwise && explained) ? [] : [`it ended ${ending.state}: ${ending.error?.message}`];
  return [...strange, ...await findFaults(world, { id, ending, notes })];
}

for (const outcome of ["published", "rejected"] as const) {
  for (const [name, fault] of Object.entries(FAULTS)) {
    Deno.test(`a run ends ${outcome} also when any one call of its lakehouse ${name}`, async () => {
      const failures: string[] = [];
      const calls = (await listCalls(outcome)).entries();
      const work = async () => {
        for (const [index, call] of calls) {
          // An audit of the branch as it was before the import finds no rows: the run is rejected, and rightly undone.
          const mayEndOtherwise = name === "sees a stale head";
          const faults = await tryFault(outcome, { plan: { fault, number: index + 1 }, mayEndOtherwise });
          failures.push(...faults.map((one) => `${index + 1} ${call}: ${one}`));
        }
      };
      await Promise.all(Array.from({ length: name === "never answers" ? AT_ONCE : 1 }, work));
      assertEquals(failures, []);
    });
  }

  Deno.test(`a run that is to end ${outcome} says what is left when its lakehouse goes away for good, and ends once it is back`, async () => {
    const failures: string[] = [];
    for (const [index, call] of (await listCalls(outcome)).entries()) {
      await using world = await makeWorld();
      const notes: string[] = [];
      const flow = flowOf(outcome, notes);
      const plan = { fault: FAULTS["answers 500"], number: index + 1, lasting: true };
      const { id, ending } = await runOn(world, { flow, lakehouse: breakLakehouse(world.lakehouse, plan) });
      if (ending.state !== "publishing" && ending.error === null && ending.outcome !== "published") {
        failures.push(`${call}: it ends ${ending.state} and says nothing`);
      }
      const engine = new Engine({ store: world.store, lakehouse: () => world.lakehouse, loadFlow: () => Promise.resolve(flow) });
      await engine.resume(id);
      const healed = engine.report(id);
      if (healed.outcome === null || healed.outcome === "attention") failures.push(`${call}: once the lakehouse is back it is ${healed.state}`);
      failures.push(...(await findFaults(world, { id, ending: healed, notes })).map((one) => `${index + 1} ${call}: ${one}`));
    }
    assertEquals(failures, []);
  });
}
