/**
 * From an effect that a run wants to the event that tells how it went.
 *
 * @module
 */
import { type ErrorRecord, OutcomeUnknownError, toErrorRecord } from "../errors.ts";
import type { Effect } from "../machine/effect.ts";
import { audit } from "./audit_effect.ts";
import { createBranch, resolveBase } from "./branch_effects.ts";
import type { EffectContext, EffectResult } from "./effect_context.ts";
import { applyImport, planImport } from "./import_effects.ts";
import { publish } from "./publish_effect.ts";
import { followUp, runStep, undo } from "./step_effects.ts";

/** Acts. An error becomes the event that the effect's state understands; only an aborted signal and an unknown outcome are thrown. */
export async function perform(effect: Effect, context: EffectContext): Promise<EffectResult> {
  try {
    return await act(effect, context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof OutcomeUnknownError) throw error;
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

function failureOf(effect: Effect, error: ErrorRecord): EffectResult["event"] {
  if (effect.type === "undo") return { type: "UNDO_FAILED", error };
  if (effect.type === "followUp") return { type: "FOLLOW_UP_FAILED", error };
  return { type: "FAILED", error };
}
