/**
 * `POST /webhooks/:flow`: a signed delivery starts a run.
 *
 * The order is the protection: the flow is looked up, the signature is checked over the body's bytes, and only then is the body read as anything. A flow
 * that does not take webhooks answers like one that is not there. The delivery's id is the run's idempotency key, so a delivery that comes twice, because
 * its sender did not hear our answer, is one run.
 *
 * @module
 */
import { type Flow, type StoredRun, UsageError, type WebhookSpec } from "@wap/core";
import type { Context, Handler } from "hono";
import type { AppEnv, AppOptions } from "../app_options.ts";
import { HttpError } from "../http_error.ts";
import { type DeliveryInput, readDelivery } from "../webhook/body.ts";
import { parseSecrets } from "../webhook/secrets.ts";
import { isSigned } from "../webhook/signature.ts";
import { restrictSources } from "../webhook/sources.ts";

/** Codes of the errors that say that a delivery's files, or the lack of them, do not fit the flow. */
const SOURCE_FAULTS = ["no_source", "several_tables", "password_in_source"];

/** Stores a run for a delivery, then answers 202; 200 if the delivery was taken before. */
export function takeDelivery(options: AppOptions): Handler<AppEnv, "/webhooks/:flow"> {
  const { secrets, now, worker } = options;
  return async function takeDelivery(context) {
    const { flow, webhook } = await findWebhook(options, context.req.param("flow"));
    const keys = configured(flow, () => parseSecrets(webhook.secretEnv, secrets(webhook.secretEnv)));
    const body = await readBody(context.req.raw);
    const { headers } = context.req.raw;
    if (!isSigned({ headers, body }, { keys, now: now() })) throw unauthorized();
    const { from } = readDelivery(body);
    const sources = from && webhook.allowFrom ? restrictSources(from, { allowed: webhook.allowFrom, cwd: options.cwd }) : from;
    const { run, created } = await submit(options, flow, { from: sources, delivery: headers.get("webhook-id")! });
    worker.submit(run);
    return answer(context, run, created);
  };
}

async function findWebhook({ flows }: AppOptions, name: string): Promise<{ flow: Flow; webhook: WebhookSpec }> {
  const flow = await flows(name).catch((error) => {
    throw misconfigured(name, error);
  });
  if (flow?.spec.webhook) return { flow, webhook: flow.spec.webhook };
  throw new HttpError("Cannot take the delivery: no flow of that name takes webhooks", { status: 404, code: "flow_not_found" });
}

/** What is wrong with the server's own configuration is logged, not shown: nobody has proved yet that it is theirs to know. */
function configured<T>(flow: Flow, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw misconfigured(flow.spec.name, error);
  }
}

async function readBody(request: Request): Promise<Uint8Array> {
  try {
    return new Uint8Array(await request.arrayBuffer());
  } catch (cause) {
    if (cause instanceof HttpError) throw cause;
    throw new HttpError("Cannot take the delivery: its body did not arrive in full", { status: 400, code: "body_incomplete", cause });
  }
}

async function submit(
  options: AppOptions,
  flow: Flow,
  { from, delivery }: DeliveryInput & { delivery: string },
): Promise<{ run: StoredRun; created: boolean }> {
  const { engine, cwd, lakehouse } = options;
  try {
    return await engine.submit(flow, { cwd, from, lakehouse: lakehouse.kind, idempotencyKey: `webhook:${delivery}` });
  } catch (error) {
    if (!(error instanceof UsageError) || error.code === "idempotency_conflict") throw error;
    if (SOURCE_FAULTS.includes(error.code)) {
      throw new HttpError(error.message, { status: 422, code: error.code, hint: error.hint, field: "from", cause: error });
    }
    throw misconfigured(flow.spec.name, error);
  }
}

function answer(context: Context<AppEnv>, { id, state }: StoredRun, created: boolean): Response {
  const url = new URL(`/api/v1/runs/${id}`, context.req.url).href;
  context.header("Location", url);
  return context.json({ id, url, state }, created ? 202 : 200);
}

function unauthorized(): HttpError {
  return new HttpError("Cannot take the delivery: its signature or its time is not right", {
    status: 401,
    code: "unauthorized",
    hint: "Sign it as Standard Webhooks says, with the flow's secret and a time of the last five minutes",
  });
}

function misconfigured(flow: string, cause: unknown): HttpError {
  return new HttpError(`Cannot take deliveries for flow "${flow}": it is not set up rightly on the server`, {
    status: 500,
    code: "misconfigured",
    hint: "Whoever runs the server finds the reason in its log",
    cause,
  });
}
