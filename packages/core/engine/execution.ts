/**
 * One execution of a run under its lease: ask the machine what it wants, do it, store what came of it, and so on until the run ends, waits or is stopped.
 *
 * @module
 */
import { formatDuration } from "../duration.ts";
import { TerminalError, toErrorRecord } from "../errors.ts";
import type { FlowCode, FlowSpec } from "../flow.ts";
import { fingerprintOf } from "../flows/fingerprint.ts";
import { accepts, advance } from "../machine/advance.ts";
import { effectOf } from "../machine/effect.ts";
import type { WapEvent } from "../machine/events.ts";
import { RUN_STATES, type RunState } from "../run.ts";
import type { Lease } from "../store/leases.ts";
import type { RunInputs, StoredRun } from "../store/records.ts";
import type { Transition } from "../store/run_store.ts";
import type { EngineOptions, ExecuteOptions } from "./engine_options.ts";
import { acceptedSpec, findCode, type FoundCode, NO_CODE } from "./flow_code.ts";
import { perform } from "./perform.ts";
import { CancelRequested, DeadlineExceeded, Pulse } from "./pulse.ts";
import { waitUntil } from "./wait.ts";

/** What is stored with an event: what a step found out, or what the run is to do from now on. */
type Step = Omit<Transition, "next">;

/** What starts an execution. */
export interface Start {
  /** What the caller came with: an approval, a retry; ignored where it means nothing. */
  event: WapEvent | null;
  /** Go on with the flow's code as it is now, if it changed. */
  acceptChanges: boolean;
}

/** One execution of a run. */
export class Execution {
  readonly #engine: EngineOptions;
  readonly #lease: Lease;
  readonly #options: ExecuteOptions;
  #run: StoredRun;
  #inputs: RunInputs;

  /** Prepares the execution of a run that this process holds the lease of. */
  constructor(engine: EngineOptions, lease: Lease, options: ExecuteOptions) {
    this.#engine = engine;
    this.#lease = lease;
    this.#options = options;
    this.#run = engine.store.find(lease.runId);
    this.#inputs = engine.store.inputs(lease.runId);
  }

  /**
   * Executes the run.
   *
   * @returns The run as it stands then.
   * @throws {LeaseLostError} If another process took it over.
   * @throws {OutcomeUnknownError} If nobody can tell whether a publish happened.
   */
  async proceed(start: Start): Promise<StoredRun> {
    const found = await findCode(this.#inputs, this.#engine.loadFlow);
    for (const step of this.#opening(start, found)) await this.#apply(step);
    if (this.#run.state === "blocked" && this.#ending() === null) return this.#run;
    const code = found.code ?? found.flow?.code ?? NO_CODE;
    using pulse = new Pulse(this.#engine.store, this.#lease, { isUndoable: () => isUndoable(this.#run), isLate: () => this.#isLate() });
    while (!this.#isStopped()) {
      const step = this.#ending() ?? await this.#wait(pulse.signal) ?? await this.#act(code, pulse.signal);
      if (step === null) break;
      if (step === "again") this.#run = this.#engine.store.find(this.#run.id);
      else await this.#apply(step, { release: true });
      // The run was given back with that step: from here on, whoever asks for its cancel sees to it.
      if (effectOf(this.#run.state, this.#run.context) === null && this.#run.cancelBy === null) break;
    }
    return this.#run;
  }

  async #apply({ event, output, inputs }: Step, { release = false } = {}): Promise<void> {
    this.#run = await this.#engine.store.record(this.#lease, { event, next: advance(this.#run, event), output, inputs, release });
    if (inputs) this.#inputs = { ...this.#inputs, ...inputs };
    this.#options.onTransition?.(this.#run, event);
  }

  /** What happens before a run goes on: a flow that changed blocks it, or is accepted; an approval that nobody gave in time is a rejection. */
  #opening({ event, acceptChanges }: Start, found: FoundCode): Step[] {
    const run = this.#run;
    if (found.changed === null) {
      if (run.state === "blocked") return [{ event: unblocked(this.#inputs.spec) }];
      // A cancel that is stored has been promised: no approval that comes later outruns it.
      if (this.#ending() !== null) return [];
      const first = this.#expiry() ?? event;
      return first && accepts(run, first) ? [{ event: first }] : [];
    }
    const blocking: Step = { event: { type: "BLOCKED", from: run.state, error: found.changed } };
    const opening = accepts(run, blocking.event) ? [blocking] : [];
    if (!acceptChanges || found.flow === null || (opening.length === 0 && run.state !== "blocked")) return opening;
    const spec = acceptedSpec(this.#inputs.spec, found.flow.spec);
    return [...opening, { event: unblocked(spec), inputs: { spec, fingerprint: fingerprintOf(found.flow.spec) } }];
  }

  /** What ends a run before its time: a cancel that was asked for, or its deadline. */
  #ending(): Step | null {
    const { cancelBy, cancelReason, state } = this.#run;
    if ((cancelBy === null && !this.#isLate()) || !isUndoable(this.#run)) return null;
    if (cancelBy !== null) return { event: { type: "CANCELLED", by: cancelBy, reason: cancelReason } };
    if (state === "parked") return null;
    return { event: { type: "FAILED", error: toErrorRecord(deadlineExceeded(this.#run, this.#inputs.spec)) } };
  }

  /** Waits until the step that failed is due again; null when nothing has to be waited for. */
  async #wait(signal: AbortSignal): Promise<"again" | null> {
    const { retry } = this.#run.context;
    if (retry === null || retry.at <= this.#now().getTime()) return null;
    await waitUntil(retry.at, { now: this.#now, signals: [this.#options.stop, signal] });
    return "again";
  }

  /** Does what the run wants next; null when it wants nothing; `again` when a cancel or the deadline cut it short. */
  async #act(code: FlowCode, abort: AbortSignal): Promise<Step | "again" | null> {
    const run = this.#run;
    const effect = effectOf(run.state, run.context);
    if (effect === null) return null;
    // A cancel has aborted the signal that effects before the pivot listen to; what comes after it must not hear that.
    const signal = isUndoable(run) ? abort : new AbortController().signal;
    try {
      return await perform(effect, {
        runId: run.id,
        spec: this.#inputs.spec,
        code,
        context: run.context,
        lakehouse: await this.#engine.lakehouse(run.lakehouse),
        signal,
        onProgress: (progress) => this.#options.onProgress?.(run, progress),
        output: (step) => this.#engine.store.output(run.id, step),
        isElderUnderWay: () => this.#engine.store.isElderUnderWay(run),
        now: this.#now,
        random: this.#engine.random ?? Math.random,
      });
    } catch (error) {
      if (!signal.aborted) throw error;
      if (signal.reason instanceof CancelRequested || signal.reason instanceof DeadlineExceeded) return "again";
      throw signal.reason;
    }
  }

  #isStopped(): boolean {
    return this.#options.stop?.aborted === true || isPast(this.#run.state, this.#options.until);
  }

  #isLate(): boolean {
    const { deadlineMs } = this.#inputs.spec.limits;
    return deadlineMs !== null && this.#now().getTime() > this.#run.createdAt + deadlineMs;
  }

  /** The rejection of a run that nobody approved in time, or null. */
  #expiry(): WapEvent | null {
    const { approvalExpiresMs } = this.#inputs.spec.limits;
    const { state, updatedAt } = this.#run;
    if (state !== "awaitingApproval" || approvalExpiresMs === null || this.#now().getTime() <= updatedAt + approvalExpiresMs) return null;
    return { type: "REJECTED", by: "wap", reason: `nobody approved it within ${formatDuration(approvalExpiresMs)}` };
  }

  get #now(): () => Date {
    return this.#engine.now ?? (() => new Date());
  }
}

function unblocked(spec: FlowSpec): WapEvent {
  return { type: "UNBLOCKED", steps: spec.steps, commitHook: spec.hooks.onCommit };
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
