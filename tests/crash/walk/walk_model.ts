/**
 * The reference model of the random walk: what was asked for, and what must hold whatever happened in between.
 *
 * @module
 */
import { collectGarbage, type Commit, isWaiting, type RunState, type StoredRun } from "@wap/core";
import { findHistoryFaults } from "@wap/core/crash";
import { APPROVAL_MS, type Kind, NAP_MS, TABLE, type WalkWorld } from "./walk_world.ts";

/** What people said about a run, whether or not anybody heard it. */
interface Asked {
  approve: boolean;
  reject: boolean;
}

/** What is known about all runs. */
export interface WalkModel {
  /** What was asked, by run. */
  asked: Map<string, Asked>;
  /** Runs whose cancel is stored while no process works on them: they cannot end otherwise. */
  mustCancel: Set<string>;
  /** Where runs ended. */
  ended: Map<string, RunState>;
  /** Whether a process went on after it had lost its lease; it may have made a branch that nobody deletes. */
  hadSleeper: boolean;
}

/** States in which runs end by themselves. */
const OWN_ENDS: Record<Kind, RunState[]> = {
  append: ["published"],
  replace: ["published"],
  bad: ["rejected"],
  failing: ["failed"],
  approval: ["awaitingApproval"],
};
const ENDS: RunState[] = ["published", "unchanged", "rejected", "failed", "cancelled", "rollbackFailed"];

/** Nothing is known. */
export function emptyModel(): WalkModel {
  return { asked: new Map(), mustCancel: new Set(), ended: new Map(), hadSleeper: false };
}

/** What was asked of a run so far. */
export function askedOf(model: WalkModel, runId: string): Asked {
  const known = model.asked.get(runId) ?? { approve: false, reject: false };
  model.asked.set(runId, known);
  return known;
}

/** Says what is wrong now, while runs may be under way, and notes which have ended. */
export async function findFaults(world: WalkWorld, model: WalkModel): Promise<string[]> {
  const publishes = await listPublishes(world);
  const faults = [...findTableFaults(world, publishes)];
  for (const run of world.runs()) {
    const own = [
      ...findHistoryFaults(world.store, run.id),
      ...findPublishFaults(run, publishes),
      ...findCodeFaults(run, world.notes.get(run.id) ?? new Set()),
      ...findEndFaults(run, { world, model }),
    ];
    faults.push(...own.map((fault) => `run ${run.id} (${run.flow}, ${run.state}): ${fault}`));
    if (ENDS.includes(run.state)) model.ended.set(run.id, run.state);
  }
  return faults;
}

/** Lets every process that may still live lose its lease, takes up what is left, and says what is wrong then. */
export async function settle(world: WalkWorld, model: WalkModel): Promise<string[]> {
  world.pass(NAP_MS);
  for (const run of world.runs()) await world.act(null, (engine) => engine.resume(run.id));
  const faults = await findFaults(world, model);
  for (const run of world.runs()) {
    if (!ENDS.includes(run.state) && !isWaiting(run.state)) faults.push(`run ${run.id} (${run.flow}) is still ${run.state}`);
    if (model.mustCancel.has(run.id) && run.state !== "cancelled") faults.push(`run ${run.id} (${run.flow}) was to be cancelled, but is ${run.state}`);
  }
  if (model.hadSleeper) await collectGarbage(world.store, world.lakehouse, { dryRun: false, olderThanMs: 0 });
  const kept = ["main", ...world.runs().filter((run) => isWaiting(run.state)).map((run) => run.branch)].sort().join();
  const branches = (await world.lakehouse.listRefs()).map((ref) => ref.name).join();
  return branches === kept ? faults : [...faults, `there are the branches ${branches}, not ${kept}`];
}

/** The commits of main that publish a run, oldest first. */
async function listPublishes({ lakehouse }: WalkWorld): Promise<Commit[]> {
  const commits = await Array.fromAsync(lakehouse.log("main"));
  return commits.filter((commit) => commit.properties["wap.audit"] !== undefined).reverse();
}

/** The table has what was published, each publish once, in order. */
function findTableFaults(world: WalkWorld, publishes: Commit[]): string[] {
  let expected: number[] = [];
  for (const { properties } of publishes) {
    const runId = properties["wap.run_id"]!;
    expected = [...(world.store.find(runId).flow === "replace" ? [] : expected), ...world.numbersOf(runId)];
  }
  const actual = world.lakehouse.read(TABLE, "main") ?? [];
  return actual.join() === expected.join() ? [] : [`main has the numbers ${actual.join()}, published were ${expected.join()}`];
}

function findPublishFaults({ id, state, context }: StoredRun, publishes: Commit[]): string[] {
  const own = publishes.filter((commit) => commit.properties["wap.run_id"] === id);
  if (own.length > 1) return [`${own.length} commits publish it`];
  if (context.publish !== null) return own[0]?.hash === context.publish.commit ? [] : ["it names another commit than the one that publishes it"];
  return own.length === 0 || state === "publishing" ? [] : ["it is published, and does not know it"];
}

/** What has to have run, and what must not. */
function findCodeFaults({ state }: StoredRun, notes: Set<string>): string[] {
  const missing = (...names: string[]) => names.filter((name) => !notes.has(name)).map((name) => `its ${name} never ran`);
  const wrong = (...names: string[]) => names.filter((name) => notes.has(name)).map((name) => `its ${name} ran`);
  if (state === "published") return [...missing("step", "onCommit"), ...wrong("undo", "onRollback")];
  if (state === "rejected" || state === "failed" || state === "cancelled") {
    return [...missing("onRollback", ...(notes.has("step") ? ["undo"] : [])), ...wrong("onCommit")];
  }
  return state === "rollingBack" ? wrong("onCommit") : wrong("undo", "onRollback", ...(state === "cleaningUp" ? [] : ["onCommit"]));
}

/** A run ends as it is meant to, or as somebody asked; and once it has ended, it stays so. */
function findEndFaults(run: StoredRun, { world, model }: { world: WalkWorld; model: WalkModel }): string[] {
  const before = model.ended.get(run.id);
  if (before !== undefined && before !== run.state) return [`it had ended ${before}`];
  if (!ENDS.includes(run.state) && !isWaiting(run.state)) return [];
  const { approve, reject } = askedOf(model, run.id);
  const allowed: RunState[] = [
    ...OWN_ENDS[run.flow as Kind],
    "parked",
    ...(run.cancelBy === null ? [] : ["cancelled" as const]),
    ...(approve ? ["published" as const] : []),
    ...(reject || hasExpired(world, run.id) ? ["rejected" as const] : []),
  ];
  return allowed.includes(run.state) ? [] : [`it may only be ${allowed.join(", ")}: ${run.context.failure?.error.message}`];
}

/** Whether a run was rejected because nobody had approved it in time, and not before that time. */
function hasExpired({ store }: WalkWorld, runId: string): boolean {
  const history = store.history(runId);
  const at = history.findIndex((event) => event.type === "REJECTED" && event.body.by === "wap");
  return at > 0 && history[at]!.at - history[at - 1]!.at > APPROVAL_MS;
}
