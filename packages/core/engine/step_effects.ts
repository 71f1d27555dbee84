/**
 * Running the flow's own code: steps, and the hooks around them.
 *
 * @module
 */
import type { FollowUp, UndoEntry } from "../machine/context.ts";
import type { Effect } from "../machine/effect.ts";
import { undoStepName } from "../machine/effect.ts";
import { UsageError } from "../errors.ts";
import type { EffectContext, EffectResult } from "./effect_context.ts";
import { tableNameOf } from "./import_effects.ts";
import { orAborted } from "./wait.ts";

/** Runs one step on the run's branch. */
export async function runStep(effect: EffectContext, { name }: Extract<Effect, { type: "runStep" }>): Promise<EffectResult> {
  const { runId, lakehouse, context, spec, signal, code } = effect;
  const step = code.steps.get(name);
  if (!step) throw missing(`step "${name}"`);
  // A run that begins again on a newer base has a new branch, on which the step is to be done anew.
  const idempotencyKey = `${runId}/step/${name}${context.rebases === 0 ? "" : `/${context.rebases}`}`;
  const tables = spec.tables.map(tableNameOf);
  await orAborted(Promise.try(() => step.run({ runId, lakehouse, branch: context.branch, tables, idempotencyKey, signal })), signal);
  return { event: { type: "STEP_DONE", step: name } };
}

/** Undoes one thing: the branch, or what a hook knows how to undo. */
export async function undo(effect: EffectContext, entry: UndoEntry): Promise<EffectResult> {
  const { runId, lakehouse, context, spec, signal, code } = effect;
  if (entry.kind === "deleteBranch") {
    await lakehouse.deleteBranch(context.branch);
  } else {
    const hook = entry.kind === "flowHook" ? code.onRollback : code.steps.get(entry.step!)?.onRollback;
    if (!hook) throw missing(undoStepName(entry));
    const idempotencyKey = `${runId}/undo/${entry.step ?? ""}`;
    const reason = context.failure?.error.message ?? "";
    await orAborted(Promise.try(() => hook({ runId, flow: spec.name, reason, branch: context.branch, idempotencyKey, signal })), signal);
  }
  return { event: { type: "UNDONE" } };
}

/** Does one thing that follows a publish. */
export async function followUp(effect: EffectContext, task: FollowUp): Promise<EffectResult> {
  const { runId, lakehouse, context, spec, signal, code } = effect;
  if (task.kind === "deleteBranch") {
    await lakehouse.deleteBranch(context.branch);
  } else {
    const { onCommit } = code;
    if (!onCommit) throw missing("onCommit");
    const tables = context.tables.map(({ name, rowsImported }) => ({ name, rowsImported }));
    const { commit } = context.publish!;
    const idempotencyKey = `${runId}/commit`;
    await orAborted(Promise.try(() => onCommit({ runId, flow: spec.name, commit, target: spec.target, tables, idempotencyKey, signal })), signal);
  }
  return { event: { type: "FOLLOWED_UP" } };
}

function missing(what: string): UsageError {
  return new UsageError(`Cannot run ${what}: the flow's code does not have it any more`, {
    code: "flow_changed",
    hint: "Bring the flow's file back to what it was when the run began",
  });
}
