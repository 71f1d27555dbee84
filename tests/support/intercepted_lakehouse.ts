/**
 * A lakehouse whose calls a test can see, fail, delay, or use as the point to die at.
 *
 * @module
 */
import type { Lakehouse } from "@wap/core";

/** A method of the port. */
export type LakehouseMethod = Exclude<keyof Lakehouse, "kind" | typeof Symbol.asyncDispose>;

/** What happens around a call; throwing from `before` means the call never happened, throwing from `after` that its answer was lost. */
export interface Interception {
  /** Called before the real one. */
  before?: (method: LakehouseMethod, args: unknown[]) => void | Promise<void>;
  /** Called after the real one succeeded. */
  after?: (method: LakehouseMethod, args: unknown[]) => void | Promise<void>;
}

/** Puts an interception around every call of a lakehouse that answers a promise; streams (`log`, `scan`) are intercepted when they are first read. */
export function intercept(lakehouse: Lakehouse, { before, after }: Interception): Lakehouse {
  return new Proxy(lakehouse, {
    get(target, key) {
      const member = Reflect.get(target, key, target);
      if (typeof member !== "function" || typeof key === "symbol") return typeof member === "function" ? member.bind(target) : member;
      const method = key as LakehouseMethod;
      if (method === "log" || method === "scan") {
        return async function* (...args: unknown[]) {
          await before?.(method, args);
          yield* member.apply(target, args);
          await after?.(method, args);
        };
      }
      return async (...args: unknown[]) => {
        await before?.(method, args);
        const answer = await member.apply(target, args);
        await after?.(method, args);
        return answer;
      };
    },
  });
}
