/**
 * From an effect that a run wants to the event that tells how it went.
 *
 * @module
 */
import { type ErrorRecord, OutcomeUnknownError, RetryableError, toErrorRecord } from "../errors.ts";
import { formatDuration } from "../duration.ts";
import type { RetryPolicy } from "../flow.ts";
import type { Effect } from "../machine/effect.ts";
import { audit } from "./audit_effect.ts";
import { createBranch, resolveBase } from "./branch_effects.ts";
import type { EffectContext, EffectResult } from "./effect_context.ts";
import { applyImport, planImport } from "./import_effects.ts";
import { publish } from "./publish_effect.ts";
import { isRetryable, nextDelay, STEP_ATTEMPTS } from "./retry.ts";
import { followUp, runStep, undo } from "./step_effects.ts";
import { orAborted, TimeLimit } from "./wait.ts";

/**
 * Acts once. An error becomes the event that the effect's state understands: the step is tried again, or has failed.
 *
 * @throws The signal's reason when it is aborted; `OutcomeUnknownError` when nobody can tell whether a publish happened.
 */
export async function perform(effect: Effect, context: EffectContext): Promise<EffectResult> {
  const timeoutMs = timeoutOf(effect, context);
  using limit = new TimeLimit(timeoutMs, () => timedOut(effect, timeoutMs));
  try {
    return await act(effect, { ...context, signal: AbortSignal.any([context.signal, limit.signal]) });
  } catch (error) {
    context.signal.throwIfAborted();
    const again = nextTry(effect, limit.signal.aborted ? limit.signal.reason : error, context);
    if (again) return again;
    if (effect.type === "merge" && error instanceof OutcomeUnknownError) throw error;
    return { event: failureOf(effect, toErrorRecord(error)) };
  }
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
      return orAborted(runStep(context, effect), context.signal);
    case "audit":
      return audit(context);
    case "merge":
      return publish(context);
    case "followUp":
      return orAborted(followUp(context, effect.task), context.signal);
    case "undo":
      return orAborted(undo(context, effect.entry), context.signal);
  }
}

function nextTry(effect: Effect, error: unknown, { context, spec, now, random }: EffectContext): EffectResult | null {
  if (!isRetryable(error, { ownCode: runsOwnCode(effect) })) return null;
  const failed = (context.retry?.failed ?? 0) + 1;
  const retryAfterMs = error instanceof RetryableError ? error.retryAfterMs : undefined;
  const delay = nextDelay(policyOf(effect, spec.limits.retries, context.steps), failed, { random, retryAfterMs });
  return delay === null ? null : { event: { type: "TRY_FAILED", failed, at: now().getTime() + delay, error: toErrorRecord(error) } };
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
