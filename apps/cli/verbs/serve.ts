/**
 * `wap serve`: the webhook server, the API and the worker in one process.
 *
 * @module
 */
import process from "node:process";
import { findFlowByName } from "@wap/core";
import { UsageError } from "@wap/core/errors";
import { createApp, listen, type LogEntry, Worker } from "@wap/server";
import { type Command, FLOWS_FLAG, type Invocation, LAKEHOUSE_FLAG } from "../command.ts";
import cli from "../deno.json" with { type: "json" };
import { EXIT } from "../exit_code.ts";
import { positive } from "../flag_values.ts";
import { printJson, printNote } from "../output.ts";
import { StopOnSignal } from "../session.ts";
import type { Workspace } from "../workspace.ts";

const DEFAULT_PORT = 4200;
const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_CONCURRENCY = 2;
const MAX_BODY_BYTES = 1024 * 1024;
/** Under the half minute that most supervisors wait before they kill. */
const GRACE_MS = 25_000;

/** The verb. */
export const command: Command = {
  summary: "Serve webhooks and the API, and execute the runs they start.",
  usage: "",
  arity: [0, 0],
  flags: {
    port: { type: "string", value: "N", help: `the port; 0 takes a free one (${DEFAULT_PORT})` },
    host: { type: "string", value: "NAME", help: `the address to listen on (${DEFAULT_HOST})` },
    concurrency: { type: "string", value: "N", help: `runs executed at once (${DEFAULT_CONCURRENCY})` },
    ...FLOWS_FLAG,
    ...LAKEHOUSE_FLAG,
  },
  notes: `POST /webhooks/<flow> starts a run of a flow that has "webhook: { secret_env: NAME }", for deliveries signed as Standard Webhooks says with the
secret in that environment variable. GET /api/v1/runs and /api/v1/runs/<id> report runs, /healthz and /readyz the server. Runs of this home that
another process stored or left behind are executed as well. Ctrl-C and SIGTERM stop once the current steps are recorded; the next start goes on.`,
  examples: ["serve", "serve --port 8080 --flows ./flows --concurrency 4", "serve --port 0 --json"],
  async run(invocation, workspace) {
    const concurrency = positive(invocation, "concurrency") ?? DEFAULT_CONCURRENCY;
    const [host, port] = [invocation.text("host") ?? DEFAULT_HOST, portOf(invocation)];
    const { app, worker } = await compose(workspace, concurrency);
    using stop = new StopOnSignal();
    const listener = listen(app.fetch, { host, port });
    worker.start();
    printNote(`wap serves on ${listener.url}`);
    if (invocation.has("json")) printJson({ serve: { url: listener.url } });
    await aborted(stop.signal);
    const stopped = await within(GRACE_MS, Promise.all([listener.close(), worker.stop()]));
    if (!stopped) leaveAtOnce();
    return EXIT.ok;
  },
};

/** Opens what the server needs, so that what is not there is said now and not to the first request. */
async function compose(workspace: Workspace, concurrency: number) {
  const { cwd, flows, lakehouse: kind } = workspace.settings;
  const [engine, store] = [await workspace.engine(), await workspace.store()];
  await workspace.lakehouse();
  const now = () => new Date();
  const worker = new Worker({ engine, store, log, now, concurrency });
  const app = createApp({
    engine,
    store,
    worker,
    flows: (name) => findFlowByName(name, { folder: flows }),
    lakehouse: { kind, open: () => workspace.lakehouse() },
    cwd,
    secrets: (name) => process.env[name],
    version: cli.version,
    log,
    now,
    limits: { bodyBytes: MAX_BODY_BYTES },
  });
  return { app, worker };
}

function log(entry: LogEntry): void {
  printNote(JSON.stringify({ at: new Date().toISOString(), ...entry }));
}

function portOf(invocation: Invocation): number {
  const text = invocation.text("port") ?? String(DEFAULT_PORT);
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`Cannot use "${text}" as --port: not a whole number from 0 to 65535`, { hint: `Write --port ${DEFAULT_PORT}` });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** Whether something is done within a time. */
async function within(milliseconds: number, done: Promise<unknown>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), milliseconds);
  try {
    return await Promise.race([done.then(() => true), promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Leaves as a killed process would, which runs survive: to close store and lakehouse under a step that is still at work would only make it fail. */
function leaveAtOnce(): never {
  printNote(`A step is still at work after ${GRACE_MS / 1000} s; its run goes on with the next start`);
  process.exit(EXIT.ok);
}
