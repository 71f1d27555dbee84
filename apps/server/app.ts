/**
 * The HTTP app: every path it serves is listed here, once.
 *
 * @module
 */
import { Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import type { AppEnv, AppOptions } from "./app_options.ts";
import { answerErrors, answerMethodNotAllowed, answerNotFound } from "./error_answer.ts";
import { logAccess } from "./middleware/access_log.ts";
import { limitBody } from "./middleware/body_limit.ts";
import { secureAnswers } from "./middleware/security_headers.ts";
import { reportHealth } from "./routes/health.ts";
import { reportReadiness } from "./routes/readiness.ts";
import { listRuns } from "./routes/run_list.ts";
import { showRun } from "./routes/run_report.ts";
import { takeDelivery } from "./routes/webhook.ts";

/** Makes the app. It opens nothing and starts nothing. */
export function createApp(options: AppOptions): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.onError(answerErrors(options.log));
  app.notFound(answerNotFound());
  app.use(requestId());
  app.use(logAccess(options));
  app.use(secureAnswers());
  app.use(methodNotAllowed({ app, onMethodNotAllowed: answerMethodNotAllowed }));
  app.get("/healthz", reportHealth(options));
  app.get("/readyz", reportReadiness(options));
  app.post("/webhooks/:flow", limitBody(options.limits.bodyBytes), takeDelivery(options));
  app.get("/api/v1/runs", listRuns(options));
  app.get("/api/v1/runs/:id", showRun(options));
  return app;
}
