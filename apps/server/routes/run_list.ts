/**
 * `GET /api/v1/runs`: runs, newest first.
 *
 * @module
 */
import { OUTCOMES, RUN_STATES } from "@wap/core/run";
import { reportOf } from "@wap/core/store";
import type { Handler } from "hono";
import { z } from "zod";
import type { AppEnv, AppOptions } from "../app_options.ts";
import { validate } from "../validate.ts";

const MAX_LIMIT = 500;

const query = z.strictObject({
  flow: z.string().min(1).optional(),
  state: z.enum(RUN_STATES).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).optional(),
});

/** Lists runs by flow, state and outcome, without the details of their audits. @throws {HttpError} 422 for a query it does not understand. */
export function listRuns({ store }: Pick<AppOptions, "store">): Handler<AppEnv> {
  return (context) => {
    const filter = validate(query, singleValues(context.req.queries()), { whole: "query" });
    return context.json({ runs: store.list(filter).map((run) => reportOf(run, null)) });
  };
}

/** A parameter given once as its value; one given several times stays a list, which no parameter takes. */
function singleValues(parameters: Record<string, string[]>): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, values.length === 1 ? values[0]! : values]));
}
