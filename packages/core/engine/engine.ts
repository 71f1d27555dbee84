/**
 * The engine: takes a stored run, asks the machine what it wants, does it, stores what came of it, and goes on until the run ends or waits.
 *
 * @module
 */
import type { AuditReport } from "../check.ts";
import { formatDuration } from "../duration.ts";
import { TerminalError, toErrorRecord, UsageError } from "../errors.ts";
import type { Flow, FlowCode, FlowSpec } from "../flow.ts";
import { fingerprintOf, needsCode } from "../flows/fingerprint.ts";
import type { RunInput } from "../flows/run_input.ts";
import type { ImportProgress, Lakehouse } from "../lakehouse.ts";
import { accepts, advance } from "../machine/advance.ts";
import { effectOf } from "../machine/effect.ts";
import type { WapEvent } from "../machine/events.ts";
import { AUDIT_STEP, RUN_STATES, type RunReport, type RunState } from "../run.ts";
import type { Lease } from "../store/leases.ts";
import type { RunInputs, StoredRun } from "../store/records.ts";
import type { RunStore } from "../store/run_store.ts";
import type { EffectResult } from "./effect_context.ts";
import { perform } from "./perform.ts";
import { CancelRequested, DeadlineExceeded, Pulse } from "./pulse.ts";
import { reportOf } from "../store/report.ts";
import { newRun } from "./submit.ts";
import { waitUntil } from "./wait.ts";

/** What an engine is made of. */
export interface EngineOptions {
  /** Where runs are kept. */
  store: RunStore;
  /** Gives the lakehouse of a kind (`local`, `bauplan`); called for every execution, so it should keep what it opened. */
  lakehouse: (kind: string) => Lakehouse | Promise<Lakehouse>;
  /** Finds a flow's code again by the file it came from. */
  loadFlow: (source: string) => Promise<Flow>;
  /** The clock; the machine's if absent. */
  now?: () => Date;
  /** A number from 0 up to 1, for the jitter of retries. */
  random?: () => number;
}

/** Someone who watches a run being executed. */
export interface RunObserver {
  /** A transition was stored. */
  onTransition?: (run: StoredRun, event: WapEvent) => void;
  /** An import got further. */
  onProgress?: (run: StoredRun, progress: ImportProgress) => void;
}

/** Options of an execution. */
export interface ExecuteOptions extends RunObserver {
  /** When aborted, the run stops once the current effect is recorded; it stays resumable. */
  stop?: AbortSignal;
  /** Stop once this state is done. */
  until?: RunState;
}

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
   * Executes a run until it ends, waits for a person, or is stopped.
   *
   * @returns The run as it stands then.
   * @throws {RunOwnedError} If another process executes it.
   * @throws {OutcomeUnknownError} If nobody can tell whether a publish happened; the run stays resumable.
   */
  execute(runId: string, options: ExecuteOptions = {}): Promise<StoredRun> {
    return this.#withLease(runId, options, null);
  }

  /** Executes a run that was interrupted, and tries again what failed on one that ended: undos, follow-ups, a publish in conflict. */
  resume(runId: string, options: ExecuteOptions = {}): Promise<StoredRun> {
    return this.#withLease(runId, options, { type: "RETRIED" });
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
    return this.#withLease(runId, options, event);
  }

  async #withLease(idOrPrefix: string, options: ExecuteOptions, first: WapEvent | null): Promise<StoredRun> {
    const { store } = this.#options;
    const { id } = store.find(idOrPrefix);
    const lease = await store.acquire(id);
    try {
      return await this.#executeLeased(lease, options, first);
    } finally {
      await store.release(lease);
    }
  }

  async #executeLeased(lease: Lease, options: ExecuteOptions, first: WapEvent | null): Promise<StoredRun> {
    const { store } = this.#options;
    let run = store.find(lease.runId);
    const inputs = store.inputs(run.id);
    const apply = async (result: EffectResult) => {
      run = await store.record(lease, { event: result.event, next: advance(run, result.event), output: result.output });
      options.onTransition?.(run, result.event);
    };
    const expired = this.#expiryOf(run, inputs);
    if (expired) await apply({ event: expired });
    else if (first && accepts(run, first)) await apply({ event: first });
    using pulse = new Pulse(store, lease, { isUndoable: () => isUndoable(run), isLate: () => this.#isLate(run, inputs) });
    while (!options.stop?.aborted && !isPast(run.state, options.until)) {
      const ending = this.#endingOf(run, inputs);
      if (ending) {
        await apply({ event: ending });
        continue;
      }
      if (run.context.retry) await waitUntil(run.context.retry.at, { now: this.#now, signals: [options.stop, pulse.signal] });
      if (options.stop?.aborted || this.#endingOf(run, inputs)) continue;
      const result = await this.#actOnce(run, inputs, { ...options, signal: pulse.signal });
      if (result === null) break;
      if (result !== "aborted") await apply(result);
    }
    return run;
  }

  /** One effect and its result; null when the run wants none; `aborted` when a cancel or the deadline cut it short. */
  async #actOnce(run: StoredRun, inputs: RunInputs, options: ExecuteOptions & { signal: AbortSignal }): Promise<EffectResult | "aborted" | null> {
    const effect = effectOf(run.state, run.context);
    if (effect === null) return null;
    // A cancel has aborted the signal that effects before the pivot listen to; what comes after it must not hear that.
    const signal = isUndoable(run) ? options.signal : new AbortController().signal;
    try {
      return await perform(effect, {
        runId: run.id,
        spec: inputs.spec,
        code: await this.#codeOf(inputs),
        context: run.context,
        lakehouse: await this.#options.lakehouse(run.lakehouse),
        signal,
        onProgress: (progress) => options.onProgress?.(run, progress),
        output: (step) => this.#options.store.output(run.id, step),
        now: this.#now,
        random: this.#options.random ?? Math.random,
      });
    } catch (error) {
      if (!signal.aborted) throw error;
      if (signal.reason instanceof CancelRequested || signal.reason instanceof DeadlineExceeded) return "aborted";
      throw signal.reason;
    }
  }

  /** What ends a run before its time: a cancel that was asked for, or its deadline. */
  #endingOf(run: StoredRun, inputs: RunInputs): WapEvent | null {
    if (!isUndoable(run)) return null;
    const request = this.#options.store.cancelRequest(run.id);
    if (request) return { type: "CANCELLED", ...request };
    if (!this.#isLate(run, inputs) || run.state === "parked") return null;
    return { type: "FAILED", error: toErrorRecord(deadlineExceeded(run, inputs.spec)) };
  }

  #isLate(run: StoredRun, { spec }: RunInputs): boolean {
    const { deadlineMs } = spec.limits;
    return deadlineMs !== null && this.#now().getTime() > run.createdAt + deadlineMs;
  }

  /** The rejection of a run that nobody approved in time, or null. */
  #expiryOf(run: StoredRun, { spec }: RunInputs): WapEvent | null {
    const { approvalExpiresMs } = spec.limits;
    if (run.state !== "awaitingApproval" || approvalExpiresMs === null || this.#now().getTime() <= run.updatedAt + approvalExpiresMs) return null;
    return { type: "REJECTED", by: "wap", reason: `nobody approved it within ${formatDuration(approvalExpiresMs)}` };
  }

  get #now(): () => Date {
    return this.#options.now ?? (() => new Date());
  }

  async #codeOf({ spec, source, fingerprint }: RunInputs): Promise<FlowCode> {
    if (!needsCode(spec)) return { steps: new Map(), checks: new Map() };
    if (source === null) throw codeMissing(spec, "the run was started from code that has no file");
    const flow = await this.#options.loadFlow(source);
    if (fingerprintOf(flow.spec) !== fingerprint) throw codeMissing(spec, `"${source}" has other steps, checks or hooks than when the run began`);
    return flow.code;
  }
}

function codeMissing(spec: FlowSpec, why: string): UsageError {
  return new UsageError(`Cannot go on with flow "${spec.name}" version ${spec.version}: ${why}`, {
    code: "flow_changed",
    hint: "Bring the flow's file back to what it was when the run began, or cancel the run",
  });
}

/** Whether a run can still be taken back as if it had never been: it is before the pivot. */
function isUndoable(run: StoredRun): boolean {
  return accepts(run, { type: "CANCELLED", by: "", reason: null });
}

function deadlineExceeded(run: StoredRun, spec: FlowSpec): TerminalError {
  return new TerminalError(`Cannot go on with run ${run.id}: it was not published within ${formatDuration(spec.limits.deadlineMs ?? 0)}`, {
    code: "deadline_exceeded",
    hint: "Raise the flow's deadline, or find out what took so long",
  });
}

/** Whether a run has left `until` behind on its way to publish; a run that is being undone goes on to its end. */
function isPast(state: RunState, until: RunState | undefined): boolean {
  if (until === undefined) return false;
  const [now, last, undoing] = [state, until, "rollingBack" as const].map((one) => RUN_STATES.indexOf(one)) as [number, number, number];
  return now > last && now < undoing;
}
