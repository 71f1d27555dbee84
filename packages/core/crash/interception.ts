/**
 * Interception: every write to the store, every call of the lakehouse and every call of a flow's code led through one function of the test's own.
 *
 * An engine is handed the intercepted parts in place of the real ones; it has no hooks for tests, and a run in production pays nothing for them.
 *
 * @module
 */
import type { Flow, FlowCode } from "../flow.ts";
import type { Lakehouse } from "../lakehouse.ts";
import type { NewRun, RunStore, Transition } from "../store/run_store.ts";

/** A call that is about to be made. */
export interface Call {
  /** What is called: `lakehouse.merge`, `store.record(PUBLISHED)`, `step "x"`, `onCommit`. */
  point: string;
  /** What it is given. */
  args: readonly unknown[];
}

/**
 * Stands around every call. It may look, wait, throw before (the call never happened) or after (its answer was lost), call twice, or answer by itself.
 * Reading a stream (`log`, `scan`) is one call, from the first read until the reader has what it wants; its answer is nothing, only the time counts.
 */
export type Interceptor = <T>(call: Call, proceed: () => Promise<T>) => Promise<T>;

/** A method of the port. */
export type LakehouseMethod = Exclude<keyof Lakehouse, "kind" | typeof Symbol.asyncDispose>;

type Method = (...args: unknown[]) => unknown;
type Streamed = (...args: unknown[]) => AsyncIterable<unknown>;
type StoreWrite = { [K in keyof RunStore]: RunStore[K] extends (...args: never[]) => Promise<unknown> ? K : never }[keyof RunStore];

const STREAMS: ReadonlySet<string> = new Set<LakehouseMethod>(["log", "scan"]);

/** The point of each write of the store; null for the heartbeat, whose time is the clock's and not the run's. */
const STORE_POINTS: Record<StoreWrite, ((args: unknown[]) => string) | null> = {
  create: ([run]) => `store.create(${(run as NewRun).spec.name})`,
  acquire: () => "store.acquire",
  renew: null,
  release: () => "store.release",
  record: ([, transition]) => `store.record(${(transition as Transition).event.type})`,
  requestCancel: () => "store.requestCancel",
};

/** Leads every call of a lakehouse through an interceptor. */
export function interceptLakehouse(lakehouse: Lakehouse, interceptor: Interceptor): Lakehouse {
  return withMethods(lakehouse, (name, method) => {
    const point = `lakehouse.${name}`;
    if (STREAMS.has(name)) return (...args) => interceptStream({ point, args }, { interceptor, open: () => (method as Streamed)(...args) });
    return (...args) => interceptor({ point, args }, async () => await method(...args));
  });
}

/** Leads every write of a store through an interceptor; what only reads is left alone. */
export function interceptStore(store: RunStore, interceptor: Interceptor): RunStore {
  return withMethods(store, (name, method) => {
    const pointOf = Object.hasOwn(STORE_POINTS, name) ? STORE_POINTS[name as StoreWrite] : null;
    return pointOf === null ? method : (...args) => interceptor({ point: pointOf(args), args }, async () => await method(...args));
  });
}

/** Leads every call of a flow's steps, checks and hooks through an interceptor. */
export function interceptFlow(flow: Flow, interceptor: Interceptor): Flow {
  const around = <A extends unknown[], R>(point: string, work: (...args: A) => R | Promise<R>) => (...args: A): Promise<R> =>
    interceptor({ point, args }, async () => await work(...args));
  const { steps, checks, onRollback, onCommit } = flow.code;
  const code: FlowCode = {
    steps: new Map([...steps].map(([name, step]) => [name, {
      ...step,
      run: around(`step "${name}"`, step.run),
      onRollback: step.onRollback && around(`onRollback of step "${name}"`, step.onRollback),
    }])),
    checks: new Map([...checks].map(([key, check]) => [key, around(`check "${key.slice(key.indexOf("/") + 1)}"`, check)])),
    onRollback: onRollback && around("onRollback", onRollback),
    onCommit: onCommit && around("onCommit", onCommit),
  };
  return { ...flow, code };
}

/** The same object with its methods replaced; private fields stay reachable, since methods are called on the object itself. */
function withMethods<T extends object>(target: T, replace: (name: string, method: Method) => Method): T {
  return new Proxy(target, {
    get(object, key) {
      const member: unknown = Reflect.get(object, key, object);
      if (typeof member !== "function") return member;
      const method: Method = member.bind(object);
      return typeof key === "symbol" ? method : replace(key, method);
    },
  });
}

async function* interceptStream(
  call: Call,
  { interceptor, open }: { interceptor: Interceptor; open: () => AsyncIterable<unknown> },
): AsyncGenerator<unknown> {
  const begun = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const whole = interceptor(call, () => {
    begun.resolve();
    return over.promise;
  });
  await Promise.race([begun.promise, whole]);
  try {
    yield* open();
  } catch (error) {
    over.reject(error);
  } finally {
    over.resolve();
    await whole;
  }
}
