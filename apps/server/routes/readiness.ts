/**
 * `GET /readyz`: what runs need is there.
 *
 * @module
 */
import { RetryableError } from "@wap/core/errors";
import type { Handler } from "hono";
import type { AppEnv, AppOptions } from "../app_options.ts";

/** Longer than any lakehouse needs to find its main branch, shorter than the patience of those who ask. */
const PATIENCE_MS = 5_000;

/** Answers 200 when the store and the lakehouse answer and the worker runs, else 503; says which does not, and logs why. */
export function reportReadiness({ store, lakehouse, worker, log }: Pick<AppOptions, "store" | "lakehouse" | "worker" | "log">): Handler<AppEnv> {
  async function answers(part: string, ask: () => unknown): Promise<boolean> {
    try {
      await withPatience(ask);
      return true;
    } catch (error) {
      log({ level: "error", event: "not_ready", part, error: (error as Error).message });
      return false;
    }
  }
  return async function reportReadiness(context) {
    const checks = {
      store: await answers("store", () => store.list({ limit: 1 })),
      lakehouse: await answers("lakehouse", async () => (await lakehouse.open()).resolve("main")),
      worker: worker.isRunning,
    };
    const ready = Object.values(checks).every(Boolean);
    return context.json({ ready, checks }, ready ? 200 : 503);
  };
}

async function withPatience(ask: () => unknown): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new RetryableError(`Cannot tell: no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  try {
    await Promise.race([ask(), promise]);
  } finally {
    clearTimeout(timer);
  }
}
