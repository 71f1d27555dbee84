/**
 * What can happen in a random walk.
 *
 * @module
 */
import { type Engine, isWaiting, type StoredRun } from "@wap/core";
import fc from "fast-check";
import { APPROVAL_MS, type Incident, type Kind, type Mishap, NAP_MS, type WalkWorld } from "./walk_world.ts";
import { askedOf, findFaults, type WalkModel } from "./walk_model.ts";

type Command = fc.AsyncCommand<WalkModel, WalkWorld>;

/** What a person, or a worker, can do about a run. */
type Verb = "resume" | "cancel" | "approve" | "reject";

const WHO = { by: "ann", reason: null };
const ACTS: Record<Verb, (engine: Engine, runId: string) => Promise<unknown>> = {
  resume: (engine, runId) => engine.resume(runId),
  cancel: (engine, runId) => engine.cancel(runId, WHO),
  approve: (engine, runId) => engine.approve(runId, WHO),
  reject: (engine, runId) => engine.reject(runId, WHO),
};
/** About as many calls as an execution makes that begins again once. */
const MAX_CALLS = 60;

/** Begins a run in a process. */
class Start implements Command {
  readonly #kind: Kind;
  readonly #incident: Incident | null;

  constructor(kind: Kind, incident: Incident | null) {
    this.#kind = kind;
    this.#incident = incident;
  }

  check(): boolean {
    return true;
  }

  async run(model: WalkModel, world: WalkWorld): Promise<void> {
    model.hadSleeper ||= this.#incident?.mishap === "sleeps past its lease";
    const ending = await world.start(this.#kind, this.#incident);
    const run = world.runs().at(-1);
    if (ending === "done" && this.#incident === null) throwUnless(run !== undefined && isAtRest(run), `it returned, but the run is ${run?.state}`);
    await holds(world, model);
  }

  toString(): string {
    return `start ${this.#kind}${describe(this.#incident)}`;
  }
}

/** Does something about a run in a process. */
class Act implements Command {
  readonly #verb: Verb;
  readonly #pick: number;
  readonly #incident: Incident | null;

  constructor(verb: Verb, pick: number, incident: Incident | null) {
    this.#verb = verb;
    this.#pick = pick;
    this.#incident = incident;
  }

  check(): boolean {
    return true;
  }

  async run(model: WalkModel, world: WalkWorld): Promise<void> {
    const runs = world.runs();
    const { id } = runs[this.#pick % runs.length] ?? {};
    if (id === undefined) return;
    model.hadSleeper ||= this.#incident?.mishap === "sleeps past its lease";
    if (this.#verb === "approve" || this.#verb === "reject") askedOf(model, id)[this.#verb] = true;
    const ending = await world.act(this.#incident, (engine) => ACTS[this.#verb](engine, id));
    const run = world.store.find(id);
    if (this.#verb === "cancel" && ending !== "refused" && run.cancelBy !== null) model.mustCancel.add(id);
    if (ending === "done" && this.#incident === null) {
      throwUnless(isAnswered(this.#verb, run), `it returned, but the run is ${run.state}`);
    }
    await holds(world, model);
  }

  toString(): string {
    return `${this.#verb} ${this.#pick}${describe(this.#incident)}`;
  }
}

/** Lets time pass. */
class Wait implements Command {
  readonly #milliseconds: number;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  check(): boolean {
    return true;
  }

  run(_model: WalkModel, world: WalkWorld): Promise<void> {
    world.pass(this.#milliseconds);
    return Promise.resolve();
  }

  toString(): string {
    return `wait ${this.#milliseconds / 1000} s`;
  }
}

/** Walks of up to so many commands. */
export function walks(maxCommands: number): fc.Arbitrary<Iterable<Command>> {
  const incident = fc.option(
    fc.record({
      number: fc.integer({ min: 1, max: MAX_CALLS }),
      side: fc.constantFrom("before" as const, "after" as const),
      mishap: fc.oneof(
        { weight: 4, arbitrary: fc.constant<Mishap>("dies") },
        { weight: 1, arbitrary: fc.constantFrom<Mishap>("sleeps past its lease", "meets a publish to its table", "is asked to cancel") },
      ),
    }),
    { freq: 3 },
  );
  const kind = fc.constantFrom<Kind>("append", "append", "replace", "bad", "failing", "approval");
  const verb = fc.oneof({ weight: 4, arbitrary: fc.constant<Verb>("resume") }, { weight: 3, arbitrary: fc.constantFrom<Verb>("cancel", "approve", "reject") });
  return fc.commands([
    fc.tuple(kind, incident).map((parts) => new Start(...parts)),
    fc.tuple(verb, fc.nat({ max: 7 }), incident).map((parts) => new Act(...parts)),
    fc.constantFrom(NAP_MS, APPROVAL_MS + 1).map((milliseconds) => new Wait(milliseconds)),
  ], { maxCommands });
}

/** Whether a run has come to where a process leaves it alone. */
function isAtRest({ state, outcome }: StoredRun): boolean {
  return outcome !== null || isWaiting(state);
}

/** Whether a verb that returned has had the effect it promises; a cancel comes before all else, and is only noted where the run is executed elsewhere. */
function isAnswered(verb: Verb, run: StoredRun): boolean {
  if (run.cancelBy !== null && run.state === "cancelled") return true;
  if (verb === "cancel") return run.cancelBy !== null;
  if (verb === "resume") return isAtRest(run);
  if (verb === "reject") return run.state === "rejected";
  // What was approved is what was audited: a run that begins again waits again.
  const waitsAgain = run.state === "awaitingApproval" && run.context.rebases > 0;
  return run.state === "published" || run.state === "parked" || run.state === "rejected" || waitsAgain;
}

async function holds(world: WalkWorld, model: WalkModel): Promise<void> {
  const faults = await findFaults(world, model);
  throwUnless(faults.length === 0, faults.join("\n"));
}

function throwUnless(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

function describe(incident: Incident | null): string {
  return incident === null ? "" : `, whose process ${incident.mishap} ${incident.side} call ${incident.number}`;
}
