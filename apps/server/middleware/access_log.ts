/**
 * One log entry per request, but for probes that found nothing wrong: those come every few seconds and say nothing.
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";
import type { AppEnv, AppOptions } from "../app_options.ts";

const PROBES = ["/healthz", "/readyz"];

/** Logs what was asked, what was answered, and how long it took. */
export function logAccess({ log, now }: Pick<AppOptions, "log" | "now">): MiddlewareHandler<AppEnv> {
  return async function logAccess(context, next) {
    const began = now().getTime();
    await next();
    const { method, path } = context.req;
    const { status } = context.res;
    if (PROBES.includes(path) && status === 200) return;
    log({ level: "info", event: "request", requestId: context.get("requestId"), method, path, status, ms: now().getTime() - began });
  };
}
