/**
 * The worker: executes the store's open runs, a few at a time.
 *
 * @module
 */
import { type Engine, isWaiting, type StoredRun, toErrorRecord } from "@wap/core";
import { LeaseLostError, RunOwnedError } from "@wap/core/errors";
import type { RunStore } from "@wap/core/store";
import type { Log } from "../log.ts";
import { Backoff } from "./backoff.ts";

/** What a worker is made of. */
export interface WorkerOptions {
  /** Executes runs. */
  engine: Engine;
  /** Where runs are kept. */
  store: RunStore;
  /** Told what happened. */
  log: Log;
  /** The clock. */
  now: () => Date;
  /** How many runs are executed at once. */
  concurrency: number;
}

/** How often the store is looked at for runs that other processes stored or left behind. */
const LOOK_MS = 2_000;
/** A run that another process stored is left to it for so long: most are executed by whoever stored them. */
const FOREIGN_MS = 2_000;

/**
 * Executes runs in this process. Two runs that write to one table are executed one after the other: side by side, the second would find the table changed
 * when it comes to publish, and wait for a person. Runs that were interrupted, by a crash or a stop, are taken up like new ones. A run whose execution throws, which only
 * happens when it could not even be recorded as failed, is tried again later and later.
 */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #stop = new AbortController();
  readonly #waiting = new Map<string, StoredRun>();
  readonly #active = new Map<string, { tables: string[]; done: Promise<void> }>();
  readonly #backoff = new Backoff();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Makes a worker that does nothing yet. */
  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** Whether it takes up runs. */
  get isRunning(): boolean {
    return this.#timer !== undefined && !this.#stop.signal.aborted;
  }

  /** Begins: takes up what is open in the store, then what comes. */
  start(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#look();
  }

  /** Hands it a run that this process stored. */
  submit(run: StoredRun): void {
    this.#waiting.set(run.id, run);
    this.#fill();
  }

  /** Stops: takes up nothing more; done once every run under way has recorded its current effect. Those runs stay resumable. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await Promise.all(Array.from(this.#active.values(), ({ done }) => done));
  }

  /** Looks for open runs that nobody executes, unless there is no room for more. */
  #look(): void {
    const { store, log, now, concurrency } = this.#options;
    if (this.#active.size >= concurrency) return;
    try {
      const at = now().getTime();
      for (const run of store.interrupted()) {
        const isForeign = run.attempts === 0 && at - run.createdAt < FOREIGN_MS;
        if (!isForeign && this.#backoff.isDue(run.id, at)) this.#waiting.set(run.id, run);
      }
      this.#fill();
    } catch (error) {
      log({ level: "error", event: "store_unreadable", error: (error as Error).message });
    }
  }

  #fill(): void {
    if (!this.isRunning) return;
    for (const [runId, run] of this.#waiting) {
      if (this.#active.size >= this.#options.concurrency) return;
      const tables = tablesOf(run);
      if (this.#isTaken(tables)) continue;
      this.#waiting.delete(runId);
      const done = this.#execute(runId).finally(() => {
        this.#active.delete(runId);
        this.#fill();
      });
      this.#active.set(runId, { tables, done });
    }
  }

  #isTaken(tables: string[]): boolean {
    for (const active of this.#active.values()) if (active.tables.some((table) => tables.includes(table))) return true;
    return false;
  }

  /** Executes one run. Never rejects: whatever goes wrong with a run is the run's, not the worker's. */
  async #execute(runId: string): Promise<void> {
    const { engine, store, log } = this.#options;
    try {
      if (!isOpen(store.find(runId))) return;
      const run = await engine.execute(runId, { stop: this.#stop.signal });
      log({ level: "info", event: "run_executed", run: runId, flow: run.flow, state: run.state });
      if (isOpen(run) && !this.#stop.signal.aborted) this.#retryLater(runId, new TypeError("Cannot go on: the run wants nothing done and has not ended"));
      else this.#backoff.forget(runId);
    } catch (error) {
      if (error instanceof RunOwnedError || error instanceof LeaseLostError) log({ level: "warn", event: "run_elsewhere", run: runId, error: error.message });
      else this.#retryLater(runId, error);
    }
  }

  #retryLater(runId: string, error: unknown): void {
    const { log, now } = this.#options;
    const delayMs = this.#backoff.note(runId, now().getTime());
    const { code, message } = toErrorRecord(error);
    log({ level: "error", event: "run_stuck", run: runId, code, error: message, retryInMs: delayMs });
  }
}

/** The tables a run writes to, each with the branch it is published to. */
function tablesOf({ target, context }: StoredRun): string[] {
  return context.tables.map(({ name }) => `${name}@${target}`);
}

/** Whether there is something to do for a run: it has not ended, and waits for nobody or is to be cancelled. */
function isOpen(run: StoredRun): boolean {
  return run.outcome === null && (!isWaiting(run.state) || run.cancelBy !== null);
}
