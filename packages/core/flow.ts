/**
 * Flows: what to bring in, where to, what must hold, and the code around it.
 *
 * A flow has two halves. Its **spec** is plain JSON and is stored with every run; its **code** (steps, Arrow checks, hooks) is found again by the flow's
 * name, version and fingerprint when a run is resumed.
 *
 * @module
 */
import type { ArrowCheck, CheckSpec } from "./check.ts";
import type { FileFormat, Lakehouse, WriteMode } from "./lakehouse.ts";
import type { TableName } from "./names.ts";

/** Where rows go. */
export interface IntoSpec {
  /** The table's namespace. */
  namespace: string;
  /** The table's name. */
  table: string;
  /** How the rows meet those that are there. */
  mode: WriteMode;
}

/** One table of a flow. */
export interface TableSpec {
  /** Paths, globs, URLs. */
  from: string[];
  /** Where the rows go. */
  into: IntoSpec;
  /** The files' format, where their ending does not say it. */
  format?: FileFormat;
  /** One SELECT over the files' rows, named `{source}`. */
  transform?: string;
  /** Import files the table has already. */
  importDuplicateFiles?: boolean;
  /** What must hold, the implicit `row_count(min=1)` included. */
  checks: CheckSpec[];
}

/** How often, and after what delays, something is tried again. */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  attempts: number;
  /** The bound of the first delay, in milliseconds; it doubles from try to try. */
  initialMs: number;
  /** The bound that no delay exceeds, in milliseconds. */
  maxMs: number;
}

/** How long things may take, and how often they are tried. */
export interface Limits {
  /** How a failing step of the run is tried again; a step in code has its own number of attempts. */
  retries: RetryPolicy;
  /** The longest that one step or hook may take, in milliseconds. */
  stepTimeoutMs: number;
  /** The longest from the run's creation to its publish, in milliseconds; null for no limit. */
  deadlineMs: number | null;
  /** The longest that a run waits for approval, in milliseconds; null for no limit. */
  approvalExpiresMs: number | null;
}

/** A step written in code, as the spec knows it. */
export interface StepSpec {
  /** Unique within the flow. */
  name: string;
  /** Whether it has an `onRollback`. */
  undo: boolean;
  /** Tries in all; as the flow's retries say if absent. */
  attempts?: number;
  /** The longest that it may take, in milliseconds; as the flow's limits say if absent. */
  timeoutMs?: number;
}

/** How a flow takes webhooks. */
export interface WebhookSpec {
  /** The environment variable that holds its Standard Webhooks secret, or several, comma-separated. */
  secretEnv: string;
  /** Folders and URLs that a delivery's `from` must lie under, relative ones from where the server runs; any source is taken if absent. */
  allowFrom?: string[];
}

/** What happens to the branch of a run that was rejected or failed. */
export type OnFailure = "delete" | "keep";

/** When a person must say yes before publish. */
export type Approval = "never" | "always" | "on_warn";

/** The JSON half of a flow. */
export interface FlowSpec {
  /** Unique in a flow folder. */
  name: string;
  /** Raised by the author when a change should not touch runs under way. */
  version: number;
  /** The tables, at least one; published together or not at all. */
  tables: TableSpec[];
  /** Steps between import and audit, in order. */
  steps: StepSpec[];
  /** Hooks the code half has. */
  hooks: { onRollback: boolean; onCommit: boolean };
  /** The branch to publish to. */
  target: string;
  /** What happens to a rejected or failed run's branch. */
  onFailure: OnFailure;
  /** When a person must say yes. */
  approval: Approval;
  /** How it takes webhooks; null if it does not. */
  webhook: WebhookSpec | null;
  /** How long things may take, and how often they are tried. */
  limits: Limits;
}

/** What a step is handed. */
export interface StepContext {
  /** The run. */
  runId: string;
  /** The lakehouse; write to `branch` only. */
  lakehouse: Lakehouse;
  /** The run's branch. */
  branch: string;
  /** The flow's tables. */
  tables: TableName[];
  /** The same on every attempt of this step in this run. */
  idempotencyKey: string;
  /** Aborted when the run is stopped. */
  signal: AbortSignal;
}

/**
 * What an `onRollback` hook is handed.
 *
 * When it fires: after a failure, a rejection or a cancel, in strict reverse order of registration; also after a crash. A step's hook fires even if
 * the step died half-way. What it may change: anything outside the lakehouse that the step changed; the branch is undone by `wap`. What its failure does:
 * the other undos still run and the run ends `rollbackFailed`, naming it. Rules: it can run more than once, so use `idempotencyKey`.
 */
export interface RollbackContext {
  /** The run. */
  runId: string;
  /** The flow's name. */
  flow: string;
  /** Why the run is undone, in words. */
  reason: string;
  /** The run's branch. */
  branch: string;
  /** The same on every attempt of this hook in this run. */
  idempotencyKey: string;
  /** Aborted when the run is stopped. */
  signal: AbortSignal;
}

/**
 * What an `onCommit` hook is handed.
 *
 * When it fires: after the run was published. What it may change: anything; the publish stands. What its failure does: it is recorded on the run and
 * retried by `wap resume`; it never takes the publish back. Rules: it can run more than once, so use `idempotencyKey`.
 */
export interface CommitContext {
  /** The run. */
  runId: string;
  /** The flow's name. */
  flow: string;
  /** The publishing commit. */
  commit: string;
  /** The branch published to. */
  target: string;
  /** The tables published, with the rows this run added. */
  tables: { name: string; rowsImported: number }[];
  /** The same on every attempt of this hook in this run. */
  idempotencyKey: string;
  /** Aborted when the run is stopped. */
  signal: AbortSignal;
}

/** A step's function. */
export type StepFunction = (context: StepContext) => void | Promise<void>;
/** A rollback hook's function. */
export type RollbackHook = (context: RollbackContext) => void | Promise<void>;
/** A commit hook's function. */
export type CommitHook = (context: CommitContext) => void | Promise<void>;

/** A step as code. */
export interface Step {
  /** Unique within the flow. */
  name: string;
  /** What it does. */
  run: StepFunction;
  /** How it is undone. */
  onRollback?: RollbackHook;
  /** Tries in all, the first included; as the flow's `retries` say if absent. */
  attempts?: number;
  /** The longest that it may take, such as `10m`; as the flow's `stepTimeout` says if absent. */
  timeout?: string;
}

/** The code half of a flow. */
export interface FlowCode {
  /** Steps by name. */
  steps: ReadonlyMap<string, Step>;
  /** Arrow checks by {@linkcode arrowCheckKey}. */
  checks: ReadonlyMap<string, ArrowCheck>;
  /** Fires when a run is undone. */
  onRollback?: RollbackHook;
  /** Fires when a run is published. */
  onCommit?: CommitHook;
}

/** A flow, checked and with all defaults filled in. */
export interface Flow {
  /** The JSON half. */
  spec: FlowSpec;
  /** The code half. */
  code: FlowCode;
  /** The absolute path of the file it was read from, or null. */
  source: string | null;
}

/** A step of a TypeScript flow. @see {@linkcode Flow} */
export function step(name: string, run: StepFunction, options: Omit<Step, "name" | "run"> = {}): Step {
  return { name, run, ...options };
}

/** The key under which {@linkcode FlowCode.checks} keeps an Arrow check: the table's place in the flow, and the check's name. */
export function arrowCheckKey(table: number, check: string): string {
  return `${table}/${check}`;
}
