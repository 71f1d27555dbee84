/**
 * The world of a random walk: a store, a lakehouse, a clock, and processes that are engines: one dies when everything it calls throws from some point on.
 *
 * @module
 */
import { check, defineFlow, Engine, type Flow, LeaseLostError, RunOwnedError, RunStore, step, type StoredRun, TerminalError, UsageError } from "@wap/core";
import { interceptFlow, interceptLakehouse, type Interceptor, interceptStore, type Side } from "@wap/core/crash";
import { join } from "node:path";
import { type NumberEngine, NumberLakehouse } from "./number_lakehouse.ts";

/** What a run is about. */
export type Kind = "append" | "replace" | "bad" | "failing" | "approval";

/** What happens to a process at a fault point. */
export type Mishap = "dies" | "sleeps past its lease" | "meets a publish to its table" | "is asked to cancel";

/** When it happens. */
export interface Incident {
  /** Which of its calls, from 1. */
  number: number;
  /** On which side of it. */
  side: Side;
  /** What. */
  mishap: Mishap;
}

/** How a process ended. */
export type Ending = "done" | "died" | "refused" | "lost";

/** Where all runs write. */
export const TABLE = { namespace: "walk", name: "numbers" };
/** How long a person has to approve. */
export const APPROVAL_MS = 3_600_000;
/** Longer than a lease lasts. */
export const NAP_MS = 31_000;

const NUMBERS_PER_FILE = 3;
/** The engine's clock moves whenever it is read, so that no wait ever takes time. */
const TICK_MS = 1_000;

/** Unwinds a process that died; nothing that it calls on its way has an effect. */
class Killed extends Error {
  override name = "Killed";
}

/** Everything outside the processes. */
export class WalkWorld implements AsyncDisposable {
  /** The lakehouse itself. */
  readonly lakehouse: NumberLakehouse;
  /** The store itself. */
  readonly store: RunStore;
  /** What the flows' code did, by run: `step`, `undo`, `onRollback`, `onCommit`. */
  readonly notes = new Map<string, Set<string>>();
  readonly #folder: string;
  #now = Date.parse("2024-03-01T00:00:00Z");
  #files = 0;

  private constructor(folder: string, engine: NumberEngine) {
    this.#folder = folder;
    this.lakehouse = new NumberLakehouse(engine);
    this.store = RunStore.open(join(folder, "wap.db"), { now: () => new Date(this.#now) });
  }

  /** Makes an empty world. */
  static async make(engine: NumberEngine): Promise<WalkWorld> {
    return new WalkWorld(await Deno.makeTempDir({ prefix: "wap-walk-" }), engine);
  }

  /** Takes it away. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.store[Symbol.dispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }

  /** Runs, oldest first. */
  runs(): StoredRun[] {
    return this.store.list({ limit: 1000 }).reverse();
  }

  /** The numbers that a run brings in. */
  numbersOf(runId: string): number[] {
    return Deno.readTextFileSync(this.store.inputs(runId).spec.tables[0]!.from[0]!).split("\n").map(Number);
  }

  /** Lets time pass. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Runs a new flow in a process. */
  async start(kind: Kind, incident: Incident | null = null): Promise<Ending> {
    const first = this.#files++ * NUMBERS_PER_FILE;
    const numbers = Array.from({ length: kind === "bad" ? 1 : NUMBERS_PER_FILE }, (_, at) => first + at);
    const from = join(this.#folder, `${first}.csv`);
    await Deno.writeTextFile(from, numbers.join("\n"));
    return await this.act(incident, async (engine) => {
      const { run } = await engine.submit(this.#flow(kind), { cwd: this.#folder, lakehouse: "memory", from: [from] });
      await engine.execute(run.id);
    });
  }

  /** Does something in a process of its own. */
  async act(incident: Incident | null, work: (engine: Engine) => Promise<unknown>): Promise<Ending> {
    this.pass(1);
    try {
      await work(this.#process(incident === null ? (_call, proceed) => proceed() : this.#trouble(incident)));
      return "done";
    } catch (error) {
      if (error instanceof Killed) return "died";
      if (error instanceof LeaseLostError) return "lost";
      if (error instanceof RunOwnedError || error instanceof UsageError) return "refused";
      throw error;
    }
  }

  #process(interceptor: Interceptor): Engine {
    return new Engine({
      store: interceptStore(this.store, interceptor),
      lakehouse: () => interceptLakehouse(this.lakehouse, interceptor),
      loadFlow: (source) => Promise.resolve(interceptFlow(this.#flow(source as Kind), interceptor)),
      now: () => new Date(this.#now += TICK_MS),
      random: () => 0,
    });
  }

  /** Lets a process come to its incident; one that died has no effect any more, whatever it still calls. */
  #trouble({ number, side, mishap }: Incident): Interceptor {
    let calls = 0;
    let isDead = false;
    return async (_call, proceed) => {
      const own = ++calls;
      const come = async (to: Side) => {
        if (own === number && to === side) {
          if (mishap === "dies") isDead = true;
          else await this.#befall(mishap);
        }
        if (isDead) throw new Killed();
      };
      await come("before");
      try {
        return await proceed();
      } finally {
        await come("after");
      }
    };
  }

  async #befall(mishap: Exclude<Mishap, "dies">): Promise<void> {
    if (mishap === "meets a publish to its table") {
      await this.start("append");
    } else if (mishap === "sleeps past its lease") {
      this.pass(NAP_MS);
      for (const run of this.store.interrupted()) await this.act(null, (engine) => engine.resume(run.id));
    } else {
      const held = this.runs().filter((run) => this.store.ownerOf(run.id) !== null);
      for (const run of held) await this.act(null, (engine) => engine.cancel(run.id, { by: "ann", reason: null }));
    }
  }

  #flow(kind: Kind): Flow {
    const note = (what: string) => ({ runId }: { runId: string }) => {
      this.notes.set(runId, (this.notes.get(runId) ?? new Set()).add(what));
      if (kind === "failing" && what === "step") throw new TerminalError("Cannot go on: it was to fail");
    };
    const flow = defineFlow({
      name: kind,
      into: { namespace: TABLE.namespace, table: TABLE.name, mode: kind === "replace" ? "replace" : "append" },
      checks: [check.rowCount({ min: NUMBERS_PER_FILE })],
      steps: [step("only", note("step"), { onRollback: note("undo") })],
      onRollback: note("onRollback"),
      onCommit: note("onCommit"),
      ...(kind === "approval" && { approval: "always", approvalExpires: "1h" }),
    });
    return { ...flow, source: kind };
  }
}
