/**
 * A lakehouse whose calls a test can see, fail, or delay.
 *
 * @module
 */
import type { Lakehouse } from "@wap/core";
import { interceptLakehouse, type LakehouseMethod } from "@wap/core/crash";

/** What happens around a call; throwing from `before` means the call never happened, throwing from `after` that its answer was lost. */
export interface Interception {
  /** Called before the real one. */
  before?: (method: LakehouseMethod, args: readonly unknown[]) => void | Promise<void>;
  /** Called after the real one succeeded. */
  after?: (method: LakehouseMethod, args: readonly unknown[]) => void | Promise<void>;
}

/** Puts an interception around every call of a lakehouse; reading a stream (`log`, `scan`) is one call. */
export function intercept(lakehouse: Lakehouse, { before, after }: Interception): Lakehouse {
  return interceptLakehouse(lakehouse, async ({ point, args }, proceed) => {
    const method = point.slice("lakehouse.".length) as LakehouseMethod;
    await before?.(method, args);
    const answer = await proceed();
    await after?.(method, args);
    return answer;
  });
}
