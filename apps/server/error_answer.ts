/**
 * From anything thrown to the answer: `{ "error": { "code", "message", "hint" } }`, with the field at fault where there is one.
 *
 * @module
 */
import { NotFoundError, UsageError } from "@wap/core/errors";
import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import type { AppEnv } from "./app_options.ts";
import { HttpError } from "./http_error.ts";
import type { Log } from "./log.ts";

/** Codes of core's usage errors that are no fault of the request as such, but of what is there already. */
const CONFLICTS = ["ambiguous_id", "idempotency_conflict"];

/** What is shown of an error. */
interface ErrorAnswer {
  status: 400 | 401 | 404 | 405 | 409 | 413 | 422 | 500;
  code: string;
  message: string;
  hint?: string;
  field?: string;
}

/** Answers errors; one that is not the sender's to mend is logged. */
export function answerErrors(log: Log): ErrorHandler<AppEnv> {
  return function answerError(error, context) {
    const answer = answerOf(error);
    if (answer.status === 500) logFault(log, error, context);
    return send(context, answer);
  };
}

/** Answers requests for what is not there. */
export function answerNotFound(): NotFoundHandler<AppEnv> {
  return (context) => send(context, { status: 404, code: "no_such_path", message: "Cannot find the path: nothing is served there" });
}

/** Answers requests for what is there, by a method it does not have. */
export function answerMethodNotAllowed(context: Context<AppEnv>, methods: readonly string[]): Response {
  context.header("Allow", methods.join(", "));
  return send(context, { status: 405, code: "method_not_allowed", message: `Cannot ${context.req.method} this path: it takes ${methods.join(", ")}` });
}

function answerOf(error: Error): ErrorAnswer {
  if (error instanceof HttpError) {
    const { status, code, message, hint, field } = error;
    return { status, code, message, hint, field };
  }
  if (error instanceof NotFoundError) return { status: 404, code: error.code, message: error.message, hint: error.hint };
  if (error instanceof UsageError && CONFLICTS.includes(error.code)) {
    return { status: 409, code: error.code, message: error.message, hint: error.hint };
  }
  return {
    status: 500,
    code: "internal",
    message: "Cannot answer the request: something failed on the server",
    hint: "Try again; the server's log says more under the request's id",
  };
}

function send(context: Context<AppEnv>, { status, code, message, hint, field }: ErrorAnswer): Response {
  return context.json({ error: { code, message, hint: hint ?? null, ...(field === undefined ? {} : { field }) } }, status);
}

function logFault(log: Log, error: Error, context: Context<AppEnv>): void {
  const { cause } = error;
  log({
    level: "error",
    event: "request_failed",
    requestId: context.get("requestId"),
    path: context.req.path,
    error: error.message,
    cause: cause instanceof Error ? cause.message : undefined,
    stack: error instanceof HttpError ? undefined : error.stack,
  });
}
