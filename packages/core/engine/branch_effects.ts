/**
 * Making the run's branch.
 *
 * @module
 */
import { AlreadyExistsError, toErrorRecord, UsageError } from "../errors.ts";
import { baseOf, type EffectContext, type EffectResult } from "./effect_context.ts";

/** Looks where the target stands and that the branch's name is free: what exists now is not ours, and will not be undone. */
export async function resolveBase({ lakehouse, spec, context }: EffectContext): Promise<EffectResult> {
  const base = context.fork ? context.base! : await lakehouse.resolve(spec.target);
  if (await lakehouse.findRef(context.branch)) throw branchExists(context.branch);
  return { event: { type: "STARTED", base } };
}

/**
 * Makes the branch at the base. A branch that stands at the base already was made by the process that died here; one that a run left when it began again
 * on a newer base is made anew.
 */
export async function createBranch(effect: EffectContext): Promise<EffectResult> {
  const { lakehouse, context } = effect;
  const from = context.fork?.head ?? baseOf(effect);
  if (context.rebases > 0) await removeOutdated(effect);
  try {
    await lakehouse.createBranch(context.branch, { from });
  } catch (error) {
    if (!(error instanceof AlreadyExistsError)) throw error;
    const branch = await lakehouse.findRef(context.branch);
    if (branch?.hash !== from) return { event: { type: "FAILED", error: toErrorRecord(branchExists(context.branch)), branchIsForeign: true } };
  }
  return { event: { type: "BRANCH_CREATED" } };
}

async function removeOutdated(effect: EffectContext): Promise<void> {
  const { lakehouse, context } = effect;
  const branch = await lakehouse.findRef(context.branch);
  if (branch && branch.hash !== baseOf(effect)) await lakehouse.deleteBranch(context.branch, { expectedHash: branch.hash });
}

function branchExists(branch: string): UsageError {
  return new UsageError(`Cannot create branch "${branch}": it exists already`, {
    code: "branch_exists",
    hint: "Choose another --branch_name, or leave it out to get a name of the run's own",
  });
}
