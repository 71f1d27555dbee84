/**
 * The engine: everything that can be done to runs.
 *
 * @module
 */
import type { AuditReport } from "../check.ts";
import { UsageError } from "../errors.ts";
import type { Flow } from "../flow.ts";
import type { RunInput } from "../flows/run_input.ts";
import { accepts, advance } from "../machine/advance.ts";
import type { WapEvent } from "../machine/events.ts";
import { AUDIT_STEP, type RunReport } from "../run.ts";
import type { Lease } from "../store/leases.ts";
import type { StoredRun } from "../store/records.ts";
import { reportOf } from "../store/report.ts";
import type { EngineOptions, ExecuteOptions } from "./engine_options.ts";
import { Execution, type Start } from "./execution.ts";
import { forkOf, repeatOf } from "./fork.ts";
import { revertPublish } from "./revert.ts";
import { newRun } from "./submit.ts";

/** The start of an execution that nobody came to with anything. */
const ANEW: Start = { event: null, acceptChanges: false };

/** Executes runs. Any number of engines, in any number of processes, may share a store. */
export class Engine {
  readonly #options: EngineOptions;

  /** Makes an engine. */
  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /**
   * Stores a new run of a flow; does not execute it.
   *
   * @returns The run, and whether it is new: false when the idempotency key was seen before.
   * @throws {UsageError} If flow and input together are not complete, or not safe.
   */
  async submit(flow: Flow, input: RunInput & { lakehouse: string }): Promise<{ run: StoredRun; created: boolean }> {
    return await this.#options.store.create(newRun(flow, input));
  }

  /**
   * Stores a new run of a flow and executes it: it is this process's from its first moment. With an idempotency key that was seen before, goes on with the
   * run stored then, unless that has ended.
   *
   * @returns The run as it stands then.
   * @throws {UsageError} If flow and input together are not complete, or not safe.
   * @throws {RunOwnedError} If another process executes the run stored then.
   * @throws {OutcomeUnknownError} If nobody can tell whether a publish happened; the run stays resumable.
   */
  async run(flow: Flow, input: RunInput & { lakehouse: string }, options: ExecuteOptions = {}): Promise<StoredRun> {
    const { run, lease } = await this.#options.store.create(newRun(flow, input), { take: true });
    if (lease !== null) return await this.#proceed(lease, options, ANEW);
    return run.outcome === null ? await this.execute(run.id, options) : run;
  }

  /**
   * Executes a run until it ends, waits for a person, or is stopped.
   *
   * @returns The run as it stands then.
   * @throws {RunOwnedError} If another process executes it.
   * @throws {OutcomeUnknownError} If nobody can tell whether a publish happened; the run stays resumable.
   */
  execute(runId: string, options: ExecuteOptions = {}): Promise<StoredRun> {
    return this.#withLease(runId, options, ANEW);
  }

  /**
   * Executes a run that was interrupted, and tries again what failed on one that ended: undos, follow-ups, a publish in conflict. One whose flow's code
   * changed is blocked, unless `acceptChanges` says to go on with the code as it is.
   */
  resume(runId: string, options: ExecuteOptions & { acceptChanges?: boolean } = {}): Promise<StoredRun> {
    return this.#withLease(runId, options, { event: { type: "RETRIED" }, acceptChanges: options.acceptChanges ?? false });
  }

  /** Stores a new run of what another was asked to do. */
  async retry(runId: string): Promise<StoredRun> {
    const { store } = this.#options;
    const run = store.find(runId);
    return (await store.create(repeatOf(run, store.inputs(run.id)))).run;
  }

  /** Stores a new run that takes over what another wrote to its branch. @throws {NotFoundError} If it wrote nothing. */
  async fork(runId: string, options: { from: "transforming" | "auditing" }): Promise<StoredRun> {
    const { store } = this.#options;
    const run = store.find(runId);
    const forked = forkOf(run, store.inputs(run.id), { history: store.history(run.id), from: options.from });
    return (await store.create(forked)).run;
  }

  /**
   * Takes the publish of a run back in a new commit on the target; later publishes of other tables stay.
   *
   * @throws {UsageError} If the run is not published.
   * @throws {RevertConflictError} If its tables were changed since.
   */
  async revert(runId: string, decision: { by: string; reason: string | null }): Promise<StoredRun> {
    const { store, lakehouse } = this.#options;
    const { id } = store.find(runId);
    const lease = await store.acquire(id);
    try {
      const run = store.find(id);
      if (run.context.revert !== null) return run;
      // Asked before the effect: a run that is not published has nothing to take back.
      advance(run, { type: "REVERTED", commit: "", ...decision });
      const event: WapEvent = { type: "REVERTED", commit: await revertPublish(run, await lakehouse(run.lakehouse), decision.reason), ...decision };
      return await store.record(lease, { event, next: advance(run, event) });
    } finally {
      await store.release(lease);
    }
  }

  /** Lets a run that waits for approval be published. @throws {UsageError} If it does not wait for approval. */
  approve(runId: string, decision: { by: string; reason: string | null }, options: ExecuteOptions = {}): Promise<StoredRun> {
    return this.#decide(runId, { type: "APPROVED", ...decision }, options);
  }

  /** Undoes a run that waits for approval. @throws {UsageError} If it does not wait for approval. */
  reject(runId: string, decision: { by: string; reason: string | null }, options: ExecuteOptions = {}): Promise<StoredRun> {
    return this.#decide(runId, { type: "REJECTED", ...decision }, options);
  }

  /**
   * Asks for a run's cancel. If no process executes the run, it is undone here and now; else its executor undoes it.
   *
   * @throws {UsageError} If the run has ended or is being published.
   */
  async cancel(runId: string, request: { by: string; reason: string | null }, options: ExecuteOptions = {}): Promise<StoredRun> {
    const { store } = this.#options;
    const run = store.find(runId);
    const event: WapEvent = { type: "CANCELLED", ...request };
    if (!accepts(run, event)) {
      const published = run.context.publish !== null;
      throw new UsageError(`Cannot cancel run ${run.id}: its state is ${run.state}`, {
        code: "wrong_state",
        hint: published ? "A published run is taken back by a new run or a revert, not by a cancel" : 'Look at the run with "wap show"',
      });
    }
    await store.requestCancel(run.id, request);
    if (store.ownerOf(run.id) !== null) return store.find(run.id);
    return await this.execute(run.id, options);
  }

  /** The report of a run, with its audit. */
  report(runId: string): RunReport {
    const run = this.#options.store.find(runId);
    return reportOf(run, this.#options.store.output(run.id, AUDIT_STEP) as AuditReport | null);
  }

  #decide(runId: string, event: WapEvent, options: ExecuteOptions): Promise<StoredRun> {
    const run = this.#options.store.find(runId);
    if (run.state !== "awaitingApproval") advance(run, event);
    return this.#withLease(runId, options, { event, acceptChanges: false });
  }

  async #withLease(idOrPrefix: string, options: ExecuteOptions, start: Start): Promise<StoredRun> {
    const { store } = this.#options;
    const { id } = store.find(idOrPrefix);
    return await this.#proceed(await store.acquire(id), options, start);
  }

  async #proceed(lease: Lease, options: ExecuteOptions, start: Start): Promise<StoredRun> {
    try {
      return await new Execution(this.#options, lease, options).proceed(start);
    } finally {
      await this.#options.store.release(lease);
    }
  }
}
