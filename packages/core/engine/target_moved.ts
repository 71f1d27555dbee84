/**
 * What to do when the target moved since the run's branch was made or audited.
 *
 * A run publishes what was audited. So when the target moved: tables of the run that were changed there in another way than by appending to them park the
 * run; tables that were only appended to, on both sides, make the run begin again on the target's head (its files are planned anew, so what the target got
 * meanwhile is skipped); other tables that a check's SQL may read make it audit again, with the target merged into its branch; anything else changes
 * nothing that was audited.
 *
 * @module
 */
import { TerminalError, toErrorRecord } from "../errors.ts";
import type { Commit, TableChange } from "../lakehouse.ts";
import type { WapEvent } from "../machine/events.ts";
import { AUTHOR, baseOf, commitProperties, type EffectContext } from "./effect_context.ts";
import { importRequestOf } from "./import_effects.ts";
import { waitUntil } from "./wait.ts";

/** A run that had to begin again so often does not keep up with the target: a person decides. */
const MAX_REBASES = 20;
/** How long a run lets older ones go first. */
const PATIENCE_MS = 20_000;
/** How often it looks whether they are through. */
const LOOK_MS = 20;

/**
 * Looks at what happened on the target.
 *
 * @param effect The run, before its merge.
 * @param head The target's head.
 * @returns The event that says what the run does about it, or null when what was audited still holds.
 */
export async function assessTarget(effect: EffectContext, head: string): Promise<WapEvent | null> {
  const { lakehouse, context } = effect;
  const base = baseOf(effect);
  if (head === base) return null;
  const own = new Set(context.tables.map((table) => table.name));
  const changes = await lakehouse.diff(base, head);
  const shared = changes.filter((change) => own.has(change.table));
  if (shared.length > 0) return await rebaseOrPark(effect, { head, shared });
  const seen = context.audit?.targetCommit ?? context.seenTarget ?? base;
  const since = seen === head ? [] : await lakehouse.diff(seen, head);
  return since.some((change) => isRead(effect, change)) ? await mergeIn(effect, head) : null;
}

async function rebaseOrPark(effect: EffectContext, { head, shared }: { head: string; shared: TableChange[] }): Promise<WapEvent> {
  const { context } = effect;
  const foreign = context.insisted ? [] : shared.filter((change) => !goesWith(effect, change));
  if (foreign.length > 0) return await park(effect, { head, tables: foreign, why: "cannot be taken together with this run's rows" });
  if (context.rebases >= MAX_REBASES) return await park(effect, { head, tables: shared, why: `keeps changing: this run began again ${MAX_REBASES} times` });
  await giveWay(effect);
  const base = await effect.lakehouse.resolve(effect.spec.target);
  const refusal = await planRefusal(effect, base);
  if (refusal) return await park(effect, { head, tables: shared, why: refusal });
  return { type: "TARGET_MOVED", to: "branching", seen: base };
}

/** Many runs that begin again at once would be in each other's way for ever: each waits until the older ones are through, within reason. */
async function giveWay({ isElderUnderWay, now, signal }: EffectContext): Promise<void> {
  const patience = now().getTime() + PATIENCE_MS;
  while (isElderUnderWay() && now().getTime() < patience && !signal.aborted) await waitUntil(now().getTime() + LOOK_MS, { now, signals: [signal] });
}

/** Appending goes with appending; a table that was made on both sides is appended to. */
function goesWith({ context }: EffectContext, { table, kind }: TableChange): boolean {
  const mode = context.tables.find((one) => one.name === table)?.mode;
  return mode === "append" && (kind === "appended" || kind === "created");
}

/** Why this run's files cannot be imported on top of the target, or null: columns that do not go together, for instance. */
async function planRefusal({ lakehouse, spec, signal }: EffectContext, head: string): Promise<string | null> {
  try {
    for (const table of spec.tables) await lakehouse.planImport(importRequestOf(table), { ref: head, signal });
    return null;
  } catch (error) {
    if (error instanceof TerminalError) return `no longer takes this run's files: ${error.message}`;
    throw error;
  }
}

/** Whether a check's own SQL names a table: it may then find other rows in it than when it was run. */
function isRead({ spec }: EffectContext, { table }: TableChange): boolean {
  const name = table.slice(table.lastIndexOf(".") + 1).toLowerCase();
  const sql = spec.tables.flatMap((one) => one.checks).flatMap(({ where, params }) => [where, params.sql, params.query]);
  return sql.some((text) => typeof text === "string" && text.toLowerCase().includes(name));
}

/** Brings the target's state into the branch, so that the next audit sees what the publish will leave. */
async function mergeIn(effect: EffectContext, head: string): Promise<WapEvent> {
  const { lakehouse, context, spec } = effect;
  await lakehouse.merge({
    source: head,
    target: context.branch,
    message: `Bring ${spec.target} into ${context.branch}`,
    author: AUTHOR,
    properties: commitProperties(effect, { "wap.step": "bring in target" }),
  });
  return { type: "TARGET_MOVED", to: "auditing", seen: head };
}

async function park(effect: EffectContext, { head, tables, why }: { head: string; tables: TableChange[]; why: string }): Promise<WapEvent> {
  const stories = await Promise.all(
    tables.map(async (change) => `${change.table} was ${change.kind} on "${effect.spec.target}"${await byWhom(effect, { head, change })} and ${why}`),
  );
  const error = new TerminalError(`Cannot publish: ${stories.join("; ")}`, {
    code: "merge_conflict",
    hint: `Look at both sides; "wap resume" imports again on top of what is there now, "wap cancel" gives up`,
  });
  return { type: "CONFLICTED", error: toErrorRecord(error) };
}

/** Who changed a table on the target since the branch was made: the newest of the target's own commits that differs there from the one before it. */
async function byWhom(effect: EffectContext, { head, change }: { head: string; change: TableChange }): Promise<string> {
  const { lakehouse } = effect;
  for await (const commit of lakehouse.log(head, { until: baseOf(effect), limit: 100 })) {
    const [parent] = commit.parents;
    if (parent === undefined || !(await lakehouse.diff(parent, commit.hash)).some((one) => one.table === change.table)) continue;
    return ` by ${authorOf(commit)} at ${commit.committedAt}`;
  }
  return "";
}

function authorOf({ author, hash, properties }: Commit): string {
  const run = properties["wap.run_id"];
  return run === undefined ? `${author} (commit ${hash.slice(0, 12)})` : `run ${run} of flow ${properties["wap.flow"] ?? "unknown"}`;
}
