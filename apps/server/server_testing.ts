/**
 * The app over real parts in a temporary folder: a store, an engine, the embedded lakehouse, flows in files.
 *
 * @module
 */
import { Engine, findFlowByName, type Flow, type Lakehouse, loadFlowFile } from "@wap/core";
import { RunStore } from "@wap/core/store";
import type { Hono } from "hono";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { createApp } from "./app.ts";
import type { AppEnv } from "./app_options.ts";
import { LogBook } from "./log_testing.ts";
import { Worker } from "./worker/worker.ts";

/** The secret that the flows of these tests are signed with. */
export const SECRET = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cywgMzIgYnl0ZXMhISE=";
/** Where the clock stands. */
export const NOW = new Date("2024-03-01T12:00:00Z");

/** A body limit that is quickly reached. */
export const BODY_BYTES = 10_000;

/** The app and what it is made of. */
export interface TestServer {
  /** The app. */
  app: Hono<AppEnv>;
  /** Its store. */
  store: RunStore;
  /** Its engine. */
  engine: Engine;
  /** Its worker, not started. */
  worker: Worker;
  /** Its lakehouse. */
  lakehouse: () => Promise<Lakehouse>;
  /** What it logged. */
  log: LogBook;
  /** The folder that is its working directory; flows are in `flows` there. */
  folder: string;
}

/** What a test server is given. */
export interface TestServerOptions {
  /** Flow files: text by file name. */
  flows?: Record<string, string>;
  /** Flows in code, found again by the name that is their `source`. */
  code?: Record<string, Flow>;
  /** The environment. */
  secrets?: Record<string, string>;
  /** Stands between the app and its lakehouse: is handed what opens it. */
  openLakehouse?: (open: () => Promise<Lakehouse>) => Promise<Lakehouse>;
  /** The clock; it stands still unless said otherwise. */
  now?: () => Date;
}

/** Runs a test with a server of its own. */
export async function withServer(options: TestServerOptions, test: (server: TestServer) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  let opened: Promise<Lakehouse> | undefined;
  const open = () => opened ??= openEmbedded(folder);
  const lakehouse = () => options.openLakehouse?.(open) ?? open();
  try {
    await Deno.mkdir(join(folder, "flows"));
    for (const [name, text] of Object.entries(options.flows ?? {})) await Deno.writeTextFile(join(folder, "flows", name), text);
    using store = RunStore.open(join(folder, "wap.db"));
    await test(compose(options, { folder, store, lakehouse }));
  } finally {
    await (await opened)?.[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Loaded when needed: most tests do without DuckDB. */
async function openEmbedded(folder: string): Promise<Lakehouse> {
  const { openLakehouse } = await import("@wap/lakehouse");
  return openLakehouse({ path: join(folder, "lakehouse") });
}

function compose(options: TestServerOptions, { folder, store, lakehouse }: Pick<TestServer, "folder" | "store" | "lakehouse">): TestServer {
  const { secrets = { TEST_SECRET: SECRET }, now = () => NOW, code = {} } = options;
  const log = new LogBook();
  const engine = new Engine({ store, lakehouse, loadFlow: (source) => code[source] ? Promise.resolve(code[source]) : loadFlowFile(source) });
  const worker = new Worker({ engine, store, log: log.add, now: () => new Date(), concurrency: 2 });
  const app = createApp({
    engine,
    store,
    worker,
    flows: (name) => findFlowByName(name, { folder: join(folder, "flows") }),
    lakehouse: { kind: "local", open: lakehouse },
    cwd: folder,
    secrets: (name) => secrets[name],
    version: "1.2.3",
    log: log.add,
    now,
    limits: { bodyBytes: BODY_BYTES },
  });
  return { app, store, engine, worker, lakehouse, log, folder };
}

/** A flow file that takes webhooks and has a check that can block; `more` is further YAML. */
export function webhookFlow(name: string, more = ""): string {
  return `name: ${name}\ninto: { table: ${name} }\nchecks: ["not_null(id)"]\nwebhook: { secret_env: TEST_SECRET }\n${more}`;
}

/** A signed delivery, as the official client makes it. */
export function delivery(body: string, { id = "msg_1", at = NOW, secret = SECRET }: { id?: string; at?: Date; secret?: string } = {}): RequestInit {
  return {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(secret).sign(id, at, body),
    },
  };
}
