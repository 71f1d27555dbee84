/**
 * From an effect that a run wants to the event that tells how it went.
 *
 * @module
 */
import { type ErrorRecord, OutcomeUnknownError, RetryableError, TerminalError, toErrorRecord, WapError } from "../errors.ts";
import { formatDuration } from "../duration.ts";
import type { RetryPolicy } from "../flow.ts";
import type { Effect } from "../machine/effect.ts";
import { audit } from "./audit_effect.ts";
import { boundLakehouse } from "./bounded_lakehouse.ts";
import { createBranch, resolveBase } from "./branch_effects.ts";
import type { EffectContext, EffectResult } from "./effect_context.ts";
import { applyImport, planImport } from "./import_effects.ts";
import { publish } from "./publish_effect.ts";
import { isRetryable, nextDelay, STEP_ATTEMPTS } from "./retry.ts";
import { followUp, runStep, undo } from "./step_effects.ts";
import { TimeLimit } from "./wait.ts";

/**
 * Acts once. An error becomes the event that the effect's state understands: the step is tried again, or has failed.
 *
 * @throws The signal's reason when it is aborted; `OutcomeUnknownError` when nobody can tell whether a publish happened.
 */
export async function perform(effect: Effect, context: EffectContext): Promise<EffectResult> {
  const timeoutMs = timeoutOf(effect, context);
  using limit = new TimeLimit(timeoutMs, () => timedOut(effect, timeoutMs));
  const signal = AbortSignal.any([context.signal, limit.signal]);
  try {
    return await act(effect, { ...context, signal, lakehouse: boundLakehouse(context.lakehouse, signal) });
  } catch (thrown) {
    context.signal.throwIfAborted();
    const error = limit.signal.aborted ? limit.signal.reason : thrown;
    const again = nextTry(effect, error, context);
    if (again) return again;
    if (effect.type === "merge" && limit.signal.aborted) throw publishUnknown(context, error);
    if (effect.type === "merge" && error instanceof OutcomeUnknownError) throw error;
    return { event: failureOf(effect, recordOf(effect, error)) };
  }
}

/** A merge that was given up can still happen as long as its answer is not there: nobody may undo. */
function publishUnknown({ runId }: EffectContext, cause: unknown): OutcomeUnknownError {
  return new OutcomeUnknownError(`Cannot tell whether run ${runId} is published: the lakehouse does not answer`, {
    hint: `Once the lakehouse answers again, run "wap resume ${runId}"`,
    cause,
  });
}

function act(effect: Effect, context: EffectContext): Promise<EffectResult> {
  switch (effect.type) {
    case "resolveBase":
      return resolveBase(context);
    case "createBranch":
      return createBranch(context);
    case "planImport":
      return planImport(context, effect.table);
    case "applyImport":
      return applyImport(context, effect.table);
    case "runStep":
      return runStep(context, effect);
    case "audit":
      return audit(context);
    case "merge":
      return publish(context);
    case "followUp":
      return followUp(context, effect.task);
    case "undo":
      return undo(context, effect.entry);
  }
}

/** What the flow's own code throws is named as its own. */
function recordOf(effect: Effect, error: unknown): ErrorRecord {
  if (error instanceof WapError || !runsOwnCode(effect)) return toErrorRecord(error);
  const message = error instanceof Error ? error.message : String(error);
  return toErrorRecord(
    new TerminalError(`Cannot finish ${effect.step}: ${message}`, { code: "step_failed", hint: "Mend the flow's code, then run it again", cause: error }),
  );
}

function nextTry(effect: Effect, error: unknown, { context, spec, now, random }: EffectContext): EffectResult | null {
  if (!isRetryable(error, { ownCode: runsOwnCode(effect) })) return null;
  const failed = (context.retry?.failed ?? 0) + 1;
  const retryAfterMs = error instanceof RetryableError ? error.retryAfterMs : undefined;
  const delay = nextDelay(policyOf(effect, spec.limits.retries, context.steps), failed, { random, retryAfterMs });
  return delay === null ? null : { event: { type: "TRY_FAILED", failed, at: now().getTime() + delay, error: recordOf(effect, error) } };
}

function policyOf(effect: Effect, retries: RetryPolicy, steps: EffectContext["context"]["steps"]): RetryPolicy {
  if (effect.type !== "runStep") return retries;
  const own = steps.find((step) => step.name === effect.name)?.attempts;
  return { ...retries, attempts: own ?? Math.min(STEP_ATTEMPTS, retries.attempts) };
}

function timeoutOf(effect: Effect, { context, spec }: EffectContext): number {
  const own = effect.type === "runStep" ? context.steps.find((step) => step.name === effect.name)?.timeoutMs : undefined;
  return own ?? spec.limits.stepTimeoutMs;
}

function timedOut({ step }: Effect, timeoutMs: number): RetryableError {
  return new RetryableError(`Cannot finish ${step}: no end after ${formatDuration(timeoutMs)}`, {
    code: "timeout",
    hint: "Give it more time with step_timeout, or find out what it waits for",
  });
}

function runsOwnCode(effect: Effect): boolean {
  if (effect.type === "followUp") return effect.task.kind === "commitHook";
  if (effect.type === "undo") return effect.entry.kind !== "deleteBranch";
  return effect.type === "runStep";
}

function failureOf(effect: Effect, error: ErrorRecord): EffectResult["event"] {
  if (effect.type === "undo") return { type: "UNDO_FAILED", error };
  if (effect.type === "followUp") return { type: "FOLLOW_UP_FAILED", error };
  return { type: "FAILED", error };
}
