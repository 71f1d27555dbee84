/**
 * `GET /api/v1/runs/:id`: one run with its audit.
 *
 * @module
 */
import type { Handler } from "hono";
import type { AppEnv, AppOptions } from "../app_options.ts";

/** Reports one run, found by its id or a prefix of it that no other run has. */
export function showRun({ engine }: Pick<AppOptions, "engine">): Handler<AppEnv, "/api/v1/runs/:id"> {
  return (context) => context.json({ run: engine.report(context.req.param("id")) });
}
