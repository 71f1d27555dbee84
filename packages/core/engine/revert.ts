/**
 * Taking a publish back.
 *
 * @module
 */
import { type Lakehouse, MergeConflictError } from "../lakehouse.ts";
import { WapError } from "../errors.ts";
import type { StoredRun } from "../store/records.ts";
import { AUTHOR } from "./effect_context.ts";

/** Tables that a run published were changed since: a person decides. The command line exits 4. */
export class RevertConflictError extends WapError {
  /** Makes a revert-conflict error from the run's id and what the lakehouse said. */
  constructor(runId: string, conflict: MergeConflictError) {
    super(`Cannot take back run ${runId}: ${conflict.conflicts.map(({ table }) => table).join(", ")} changed since it was published`, {
      code: "revert_conflict",
      hint: 'Take back the later publishes first ("wap lakehouse log" names their runs), newest first',
      cause: conflict,
    });
  }
}

/**
 * Reverts the publish of a run, once: the commit carries `wap.reverts`, and the target's log is searched for it first.
 *
 * @param run A published run.
 * @param lakehouse Where it was published.
 * @param reason Why, for the commit's message.
 * @returns The commit that took it back.
 * @throws {RevertConflictError} If its tables were changed since.
 */
export async function revertPublish(run: StoredRun, lakehouse: Lakehouse, reason: string | null): Promise<string> {
  const published = run.context.publish!.commit;
  for await (const commit of lakehouse.log(run.target, { until: published })) {
    if (commit.properties["wap.reverts"] === run.id) return commit.hash;
  }
  try {
    const { commit } = await lakehouse.revert({
      commit: published,
      target: run.target,
      message: `Take back run ${run.id} of flow ${run.flow}${reason ? `: ${reason}` : ""}`,
      author: AUTHOR,
      properties: { "wap.reverts": run.id, "wap.flow": run.flow },
    });
    return commit;
  } catch (error) {
    throw error instanceof MergeConflictError ? new RevertConflictError(run.id, error) : error;
  }
}
