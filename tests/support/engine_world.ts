/**
 * A store, a lakehouse and an engine in a folder of their own, and a small flow to run on them.
 *
 * @module
 */
import { check, defineFlow, Engine, type Flow, type FlowDefinition, type Lakehouse, type RunInput, type RunReport, RunStore } from "@wap/core";
import { openLakehouse } from "@wap/lakehouse";
import { join } from "node:path";
import { intercept, type Interception } from "./intercepted_lakehouse.ts";

const TRIPS = "id,fare\n1,10.5\n2,20.5\n3,\n";
const GOOD_CHECK = [check.notNull("id")];

/** A store, a lakehouse and an engine in a folder that is gone when the test is over. */
export class World implements AsyncDisposable {
  /** Holds everything, `trips.csv` with three rows among it. */
  readonly folder: string;
  /** The run store. */
  readonly store: RunStore;
  /** The lakehouse itself, not intercepted. */
  readonly lakehouse: Lakehouse;
  readonly #flows = new Map<string, Flow>();

  private constructor(folder: string, store: RunStore, lakehouse: Lakehouse) {
    this.folder = folder;
    this.store = store;
    this.lakehouse = lakehouse;
  }

  /** Makes a world. */
  static async make(): Promise<World> {
    const folder = await Deno.makeTempDir({ prefix: "wap-engine-" });
    await Deno.writeTextFile(join(folder, "trips.csv"), TRIPS);
    const store = RunStore.open(join(folder, "wap.db"));
    return new World(folder, store, await openLakehouse({ path: join(folder, "lakehouse") }));
  }

  /** Takes it away. */
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
    const defined = defineFlow({ ...base, ...definition } as FlowDefinition);
    const flow = { ...defined, source: `${defined.spec.name}.ts` };
    this.#flows.set(flow.source, flow);
    return flow;
  }

  /** Stores a run and answers its id. */
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

  /** The names of all branches. */
  async branches(): Promise<string[]> {
    return (await this.lakehouse.listRefs({ kind: "branch" })).map((ref) => ref.name);
  }

  /** The rows of `taxi.trips` at main; null where there is no such table. */
  async rows(): Promise<number | null> {
    return (await this.lakehouse.findTable({ namespace: "taxi", name: "trips" }, { ref: "main" }))?.records ?? null;
  }

  /** Commits of main that publish a run. */
  async publishes(): Promise<string[]> {
    const commits = await Array.fromAsync(this.lakehouse.log("main"));
    return commits.filter((commit) => commit.properties["wap.audit"] !== undefined).map((commit) => commit.properties["wap.run_id"]!);
  }
}

/** Fails a method of the lakehouse, before it happens or after it did, so many times. */
export function failOn(when: "before" | "after", method: string, error: () => Error, times = Infinity): Interception {
  let left = times;
  return {
    [when]: (called: string) => {
      if (called === method && left-- > 0) throw error();
    },
  };
}
