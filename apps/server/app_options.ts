/**
 * What the app is made of. Nothing in it is global: two apps in one process share nothing but what they are handed.
 *
 * @module
 */
import type { Engine, Flow, Lakehouse } from "@wap/core";
import type { RunStore } from "@wap/core/store";
import type { RequestIdVariables } from "hono/request-id";
import type { Log } from "./log.ts";
import type { Worker } from "./worker/worker.ts";

/** How much a request may take. */
export interface Limits {
  /** Bytes of a body. */
  bodyBytes: number;
}

/** What the app is made of. */
export interface AppOptions {
  /** Stores new runs and reports them. */
  engine: Engine;
  /** Where runs are kept. */
  store: RunStore;
  /** Executes the runs that webhooks start. */
  worker: Pick<Worker, "submit" | "isRunning">;
  /** Finds a flow by a name that may come from anywhere; null if there is none. */
  flows: (name: string) => Promise<Flow | null>;
  /** The lakehouse that runs go to. */
  lakehouse: { kind: string; open: () => Promise<Lakehouse> };
  /** Where relative paths of a delivery start. */
  cwd: string;
  /** The environment, where secrets are. */
  secrets: (name: string) => string | undefined;
  /** The program's version. */
  version: string;
  /** Told what happened. */
  log: Log;
  /** The clock. */
  now: () => Date;
  /** How much a request may take. */
  limits: Limits;
}

/** What middleware leaves for routes and the error handler. */
export interface AppEnv {
  /** Names known to Hono's context. */
  Variables: RequestIdVariables;
}
