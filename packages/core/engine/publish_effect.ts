/**
 * Publishing: the pivot of a run.
 *
 * @module
 */
import { HeadMovedError, OutcomeUnknownError, toErrorRecord } from "../errors.ts";
import { type Commit, MergeConflictError } from "../lakehouse.ts";
import { assessTarget } from "./target_moved.ts";
import { waitUntil } from "./wait.ts";
import { AUTHOR, baseOf, commitProperties, type EffectContext, type EffectResult } from "./effect_context.ts";

/** Other publishes can move the target between our look and our merge; each try sees a newer head. */
const MERGE_TRIES = 20;
/** The bound of the wait after the first try that came too late; it grows with each. */
const JITTER_MS = 5;

/**
 * Merges the audited commit into the target, once: the merge carries the run's id, and the target's log is searched for it before merging and after
 * any error.
 */
export async function publish(effect: EffectContext): Promise<EffectResult> {
  const published = await findPublish(effect);
  if (published) return published;
  for (let attempt = 1;; attempt++) {
    try {
      return await publishOnce(effect);
    } catch (error) {
      const late = await findPublish(effect);
      if (late) return late;
      if (error instanceof MergeConflictError) return { event: { type: "CONFLICTED", error: toErrorRecord(error) } };
      if (!(error instanceof HeadMovedError) || attempt === MERGE_TRIES) throw error;
      await waitUntil(effect.now().getTime() + effect.random() * JITTER_MS * attempt, { now: effect.now, signals: [effect.signal] });
    }
  }
}

async function publishOnce(effect: EffectContext): Promise<EffectResult> {
  const { lakehouse, spec, context, runId } = effect;
  const audit = context.audit!;
  const targetBefore = await lakehouse.resolve(spec.target);
  const moved = await assessTarget(effect, targetBefore);
  if (moved) return { event: moved };
  const { commit } = await lakehouse.merge({
    source: `${context.branch}@${audit.branchCommit}`,
    target: spec.target,
    expectedTarget: targetBefore,
    message: `Publish run ${runId} of flow ${spec.name}`,
    author: AUTHOR,
    properties: commitProperties(effect, { "wap.audit": audit.digest }),
  });
  return { event: { type: "PUBLISHED", commit, targetBefore } };
}

/** Without an answer nobody may undo: the merge may have happened. The run stays in `publishing` until the lakehouse answers. */
async function findPublish(effect: EffectContext): Promise<EffectResult | null> {
  const { lakehouse, spec, runId } = effect;
  try {
    for await (const commit of lakehouse.log(spec.target, { until: baseOf(effect) })) {
      if (isPublishOf(runId, commit)) return { event: { type: "PUBLISHED", commit: commit.hash, targetBefore: commit.parents[0]! } };
    }
    return null;
  } catch (cause) {
    throw new OutcomeUnknownError(`Cannot tell whether run ${runId} is published: the log of "${spec.target}" cannot be read`, {
      hint: `Once the lakehouse answers again, run "wap resume ${runId}"`,
      cause,
    });
  }
}

/** The run's import commits carry its id as well; only the publish carries the audit's digest. */
function isPublishOf(runId: string, { properties }: Commit): boolean {
  return properties["wap.run_id"] === runId && properties["wap.audit"] !== undefined;
}
