/**
 * A lakehouse that an effect is done with once its signal is aborted.
 *
 * Not every call of the port can be stopped, and a server may never answer. An effect that was given up must not wait for it, and, should the answer come
 * after all, must not go on to write: by then the run may have been undone.
 *
 * @module
 */
import type { Lakehouse } from "../lakehouse.ts";
import { orAborted } from "./wait.ts";

/** How long a call may take to stop by itself: it removes what it has written so far. */
const GRACE_MS = 2_000;

type Method = (...args: unknown[]) => unknown;

/**
 * Bounds a lakehouse by a signal: once that is aborted, no further call is made, and none that is under way is waited for much longer.
 *
 * @param lakehouse The lakehouse.
 * @param signal Ends its use; its reason is what calls throw then.
 */
export function boundLakehouse(lakehouse: Lakehouse, signal: AbortSignal): Lakehouse {
  return new Proxy(lakehouse, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== "function" || typeof key === "symbol") return member;
      const method: Method = member.bind(target);
      if (key === "log" || key === "scan") return (...args: unknown[]) => boundStream(() => method(...args) as AsyncIterable<unknown>, signal);
      return async (...args: unknown[]) => {
        signal.throwIfAborted();
        return await orAborted(method(...args) as Promise<unknown>, signal, { graceMs: GRACE_MS });
      };
    },
  });
}

async function* boundStream(open: () => AsyncIterable<unknown>, signal: AbortSignal): AsyncGenerator<unknown> {
  const iterator = open()[Symbol.asyncIterator]();
  let isOver = false;
  try {
    while (true) {
      signal.throwIfAborted();
      const { done, value } = await orAborted(iterator.next(), signal, { graceMs: GRACE_MS });
      isOver = done === true;
      if (isOver) return;
      yield value;
    }
  } finally {
    const closed = isOver ? undefined : iterator.return?.();
    // A stream that is stuck does not hear that nobody listens any more.
    if (signal.aborted) closed?.catch(() => {});
    else await closed;
  }
}
