/**
 * `GET /healthz`: the process lives.
 *
 * @module
 */
import type { Handler } from "hono";
import type { AppEnv, AppOptions } from "../app_options.ts";

/** Answers as long as the process can. */
export function reportHealth({ version }: Pick<AppOptions, "version">): Handler<AppEnv> {
  return (context) => context.json({ status: "ok", version });
}
