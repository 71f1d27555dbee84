import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../errors.ts";
import type { FlowSpec } from "../flow.ts";
import { RUN_STATES } from "../run.ts";
import { accepts, advance, type MachineState } from "./advance.ts";
import { initialContext } from "./context.ts";
import { effectOf } from "./effect.ts";
import type { WapEvent } from "./events.ts";

const ERROR = { code: "boom", message: "Cannot go on: boom", hint: null };
const STARTED: WapEvent = { type: "STARTED", base: "base" };
const BRANCHED: WapEvent = { type: "BRANCH_CREATED" };
const PREPARED: WapEvent = { type: "PREPARED", newFiles: 1, skippedFiles: 0 };
const NOTHING_NEW: WapEvent = { type: "PREPARED", newFiles: 0, skippedFiles: 2 };
const IMPORTED: WapEvent = { type: "IMPORTED", filesImported: 1, filesSkipped: 0, rowsImported: 5, commit: "c" };
const PUBLISHED: WapEvent = { type: "PUBLISHED", commit: "merge", targetBefore: "base" };
const FOLLOWED: WapEvent = { type: "FOLLOWED_UP" };
const UNDONE: WapEvent = { type: "UNDONE" };
const FAILED: WapEvent = { type: "FAILED", error: ERROR };
const CANCELLED: WapEvent = { type: "CANCELLED", by: "ann", reason: "wrong month" };
const UNDO_FAILED: WapEvent = { type: "UNDO_FAILED", error: ERROR };

function audited(verdict: "pass" | "warn" | "fail"): WapEvent {
  return { type: "AUDITED", audit: { verdict, branchCommit: "b", targetCommit: "t", digest: "d" }, error: verdict === "fail" ? ERROR : null };
}

function specOf(changes: Partial<FlowSpec> = {}, tables = 1): FlowSpec {
  return {
    name: "trips",
    version: 1,
    tables: Array.from({ length: tables }, (_, at) => ({ from: ["f"], into: { namespace: "n", table: `t${at}`, mode: "append" as const }, checks: [] })),
    steps: [],
    hooks: { onRollback: false, onCommit: false },
    target: "main",
    onFailure: "delete",
    approval: "never",
    webhook: null,
    limits: { retries: { attempts: 3, initialMs: 1, maxMs: 10 }, stepTimeoutMs: 1000, deadlineMs: null, approvalExpiresMs: null },
    ...changes,
  };
}

/** Plays events and answers the states met, the first included. */
function play(spec: FlowSpec, events: WapEvent[]): { states: string[]; steps: (string | null)[]; last: MachineState } {
  let current: MachineState = { state: "queued", context: initialContext(spec, "wap/trips/1") };
  const states: string[] = [current.state];
  const steps = [effectOf(current.state, current.context)?.step ?? null];
  for (const event of events) {
    current = advance(current, event);
    states.push(current.state);
    steps.push(effectOf(current.state, current.context)?.step ?? null);
  }
  return { states, steps, last: current };
}

Deno.test("advance() leads a run that passes from queued to published", () => {
  const { states, steps } = play(specOf(), [STARTED, BRANCHED, PREPARED, IMPORTED, audited("pass"), PUBLISHED, FOLLOWED]);
  assertEquals(states, ["queued", "branching", "preparing", "importing", "auditing", "publishing", "cleaningUp", "published"]);
  assertEquals(steps, ["resolve base", "create branch", "plan import of n.t0", "import n.t0", "audit", "merge", "delete branch", null]);
});

Deno.test("advance() ends in unchanged when no table has a new file", () => {
  const { states } = play(specOf({}, 2), [STARTED, BRANCHED, NOTHING_NEW, NOTHING_NEW, FOLLOWED]);
  assertEquals(states, ["queued", "branching", "preparing", "preparing", "cleaningUp", "unchanged"]);
});

Deno.test("advance() imports every table when one of them has a new file, in whichever place it stands", () => {
  for (const plans of [[PREPARED, NOTHING_NEW], [NOTHING_NEW, PREPARED]]) {
    const { steps } = play(specOf({}, 2), [STARTED, BRANCHED, ...plans, IMPORTED, IMPORTED]);
    assertEquals(steps.slice(4), ["import n.t0", "import n.t1", "audit"]);
  }
});

Deno.test("advance() never runs the commit hook of a run that changed nothing", () => {
  const { last } = play(specOf({ hooks: { onRollback: false, onCommit: true } }), [STARTED, BRANCHED, NOTHING_NEW]);
  assertEquals(last.context.followUp.map((task) => task.kind), ["deleteBranch"]);
});

Deno.test("advance() registers each undo before the effect it undoes, and undoes in strict reverse order", () => {
  const spec = specOf({
    steps: [{ name: "a", undo: true }, { name: "b", undo: false }, { name: "c", undo: true }],
    hooks: { onRollback: true, onCommit: false },
  });
  const { steps } = play(spec, [STARTED, BRANCHED, PREPARED, IMPORTED, { type: "STEP_DONE", step: "a" }, { type: "STEP_DONE", step: "b" }, FAILED]);
  assertEquals(steps.at(-2), 'step "c"');
  const undo: (string | null)[] = [];
  let current = play(spec, [STARTED, BRANCHED, PREPARED, IMPORTED, { type: "STEP_DONE", step: "a" }, { type: "STEP_DONE", step: "b" }, FAILED]).last;
  while (current.state === "rollingBack") {
    undo.push(effectOf(current.state, current.context)!.step);
    current = advance(current, UNDONE);
  }
  assertEquals(undo, ['onRollback of step "c"', 'onRollback of step "a"', "delete branch", "onRollback"]);
  assertEquals(current.state, "failed");
});

Deno.test("advance() undoes a branch whose creation died half-way, since the undo is there before the branch", () => {
  const { last } = play(specOf(), [STARTED]);
  assertEquals(last.state, "branching");
  assertEquals(last.context.undo.map((entry) => entry.kind), ["deleteBranch"]);
});

Deno.test("advance() leaves a branch alone that somebody else made", () => {
  const { last } = play(specOf(), [STARTED, { type: "FAILED", error: ERROR, branchIsForeign: true }]);
  assertEquals(last.state, "failed");
  assertEquals(last.context.undo, []);
});

Deno.test("advance() goes on undoing when one undo fails, ends in rollbackFailed, and tries only that one again", () => {
  const spec = specOf({ hooks: { onRollback: true, onCommit: false } });
  const { states, last } = play(spec, [STARTED, BRANCHED, FAILED, UNDO_FAILED, UNDONE]);
  assertEquals(states.slice(-3), ["rollingBack", "rollingBack", "rollbackFailed"]);
  const again = advance(last, { type: "RETRIED" });
  assertEquals(effectOf(again.state, again.context)?.step, "delete branch");
  assertEquals(advance(again, UNDONE).state, "failed");
});

Deno.test("advance() rejects on a failed audit and keeps the branch only where the flow says so", () => {
  const toAudit = [STARTED, BRANCHED, PREPARED, IMPORTED, audited("fail")];
  assertEquals(play(specOf(), [...toAudit, UNDONE]).states.at(-1), "rejected");
  const kept = play(specOf({ onFailure: "keep" }), toAudit).last;
  assertEquals(kept.state, "rejected");
  assertEquals(kept.context.undo[0]?.status, "kept");
});

Deno.test("advance() waits for approval always, or on a warning, as the flow says", () => {
  const toAudit = [STARTED, BRANCHED, PREPARED, IMPORTED];
  const stateAfter = (approval: FlowSpec["approval"], verdict: "pass" | "warn") => play(specOf({ approval }), [...toAudit, audited(verdict)]).states.at(-1);
  assertEquals(stateAfter("never", "warn"), "publishing");
  assertEquals(stateAfter("on_warn", "pass"), "publishing");
  assertEquals(stateAfter("on_warn", "warn"), "awaitingApproval");
  assertEquals(stateAfter("always", "pass"), "awaitingApproval");
});

Deno.test("advance() publishes what a person approved and undoes what a person rejected", () => {
  const waiting = play(specOf({ approval: "always" }), [STARTED, BRANCHED, PREPARED, IMPORTED, audited("pass")]).last;
  assertEquals(advance(waiting, { type: "APPROVED", by: "ann", reason: null }).state, "publishing");
  const rejected = advance(waiting, { type: "REJECTED", by: "ann", reason: "outlier" });
  assertEquals(rejected.context.failure, { outcome: "rejected", error: { code: "rejected", message: "Rejected by ann: outlier", hint: null } });
});

Deno.test("advance() hears a cancel in every state before publishing, and in none after", () => {
  const toPublish = [STARTED, BRANCHED, PREPARED, IMPORTED, audited("pass"), PUBLISHED, FOLLOWED];
  const heard = toPublish.map((_, at) => accepts(play(specOf(), toPublish.slice(0, at)).last, CANCELLED));
  assertEquals(heard, [true, true, true, true, true, false, false]);
  assertEquals(accepts(play(specOf(), toPublish).last, CANCELLED), false);
});

Deno.test("advance() undoes a cancelled run completely, whatever the flow keeps on failure", () => {
  const { states } = play(specOf({ onFailure: "keep" }), [STARTED, BRANCHED, CANCELLED, UNDONE]);
  assertEquals(states.slice(-2), ["rollingBack", "cancelled"]);
});

Deno.test("advance() parks a run whose tables changed on the target, and publishes or undoes it as a person says", () => {
  const parked = play(specOf(), [STARTED, BRANCHED, PREPARED, IMPORTED, audited("pass"), { type: "CONFLICTED", error: ERROR }]).last;
  assertEquals(parked.state, "parked");
  assertEquals(advance(parked, { type: "RETRIED" }).state, "auditing");
  assertEquals(advance(parked, CANCELLED).state, "rollingBack");
});

Deno.test("advance() begins again on the target's head, with each undo registered once", () => {
  const spec = specOf({ steps: [{ name: "a", undo: true }] });
  const toPublish: WapEvent[] = [STARTED, BRANCHED, PREPARED, IMPORTED, { type: "STEP_DONE", step: "a" }, audited("pass")];
  const moved: WapEvent = { type: "TARGET_MOVED", to: "branching", seen: "newer" };
  const { states, last } = play(spec, [...toPublish, moved, BRANCHED, PREPARED, IMPORTED]);
  assertEquals(states.slice(-4), ["branching", "preparing", "importing", "transforming"]);
  assertEquals([last.context.base, last.context.audit, last.context.rebases], ["newer", null, 1]);
  assertEquals(last.context.undo.map((entry) => entry.kind), ["deleteBranch", "stepHook"]);
});

Deno.test("advance() audits again what the target's move may have changed", () => {
  const { states, last } = play(specOf(), [STARTED, BRANCHED, PREPARED, IMPORTED, audited("pass"), { type: "TARGET_MOVED", to: "auditing", seen: "newer" }]);
  assertEquals([states.at(-1), last.context.base, last.context.tables[0]?.rowsImported], ["auditing", "base", 5]);
});

Deno.test("advance() never takes a publish back because of what follows it, and tries that again on demand", () => {
  const spec = specOf({ hooks: { onRollback: true, onCommit: true } });
  const events = [STARTED, BRANCHED, PREPARED, IMPORTED, audited("pass"), PUBLISHED, FOLLOWED, { type: "FOLLOW_UP_FAILED", error: ERROR } as const];
  const { last } = play(spec, events);
  assertEquals(last.state, "published");
  const again = advance(last, { type: "RETRIED" });
  assertEquals([again.state, effectOf(again.state, again.context)?.step], ["cleaningUp", "onCommit"]);
  assertEquals(advance(again, FOLLOWED).state, "published");
});

Deno.test("advance() stops a run whose flow changed, and goes on from where it stood with the steps as they are now", () => {
  const spec = specOf({ steps: [{ name: "a", undo: true }, { name: "b", undo: true }] });
  const inB = play(spec, [STARTED, BRANCHED, PREPARED, IMPORTED, { type: "STEP_DONE", step: "a" }]).last;
  const blocked = advance(inB, { type: "BLOCKED", from: "transforming", error: ERROR });
  assertEquals([blocked.state, effectOf(blocked.state, blocked.context)], ["blocked", null]);
  const goOn = (names: string[]) => advance(blocked, { type: "UNBLOCKED", steps: names.map((name) => ({ name, undo: true })), commitHook: false });
  const renamed = goOn(["a", "c"]);
  assertEquals([renamed.state, effectOf(renamed.state, renamed.context)?.step, renamed.context.blocked], ["transforming", 'step "c"', null]);
  assertEquals(renamed.context.undo.map((entry) => entry.step ?? entry.kind), ["deleteBranch", "a", "b", "c"]);
  assertEquals(goOn(["a"]).state, "auditing");
});

Deno.test("advance() keeps why a run is undone while it is blocked in undoing", () => {
  const undoing = play(specOf({ hooks: { onRollback: true, onCommit: false } }), [STARTED, BRANCHED, FAILED]).last;
  const blocked = advance(undoing, { type: "BLOCKED", from: "rollingBack", error: { ...ERROR, code: "flow_changed" } });
  assertEquals(accepts(blocked, CANCELLED), false);
  const again = advance(blocked, { type: "UNBLOCKED", steps: [], commitHook: false });
  assertEquals([again.state, again.context.failure?.error.code], ["rollingBack", "boom"]);
});

Deno.test("advance() begins a fork with the steps, or the audit, of a branch that is written already", () => {
  const forked = (state: "transforming" | "auditing", steps: FlowSpec["steps"]) => {
    const spec = specOf({ steps });
    const context = { ...initialContext(spec, "b"), fork: { runId: "r", head: "h", state } };
    return [STARTED, BRANCHED].reduce(advance, { state: "queued", context } as MachineState).state;
  };
  assertEquals(forked("auditing", [{ name: "a", undo: false }]), "auditing");
  assertEquals(forked("transforming", [{ name: "a", undo: false }]), "transforming");
  assertEquals(forked("transforming", []), "auditing");
});

Deno.test("advance() takes a publish back once", () => {
  const published = play(specOf(), [STARTED, BRANCHED, PREPARED, IMPORTED, audited("pass"), PUBLISHED, FOLLOWED]).last;
  const reverted = advance(published, { type: "REVERTED", commit: "r", by: "ann", reason: null });
  assertEquals([reverted.state, reverted.context.revert], ["published", "r"]);
  assertEquals(accepts(reverted, { type: "REVERTED", commit: "r", by: "ann", reason: null }), false);
});

Deno.test("advance() notes a failed try, stays where it is, and forgets it with whatever happens next", () => {
  const failed: WapEvent = { type: "TRY_FAILED", failed: 1, at: 500, error: ERROR };
  const { states, steps, last } = play(specOf(), [STARTED, failed]);
  assertEquals([states.at(-1), steps.at(-1), last.context.retry], ["branching", "create branch", { failed: 1, at: 500, error: ERROR }]);
  assertEquals(advance(last, BRANCHED).context.retry, null);
  assertEquals(advance(last, { ...failed, failed: 2 }).context.retry?.failed, 2);
});

Deno.test("advance() refuses an event that means nothing in the state", () => {
  assertThrows(() => advance({ state: "queued", context: initialContext(specOf(), "b") }, PUBLISHED), UsageError, "its state is queued");
});

Deno.test("advance() survives the store: a state that went through JSON goes on as before", () => {
  const { last } = play(specOf({ steps: [{ name: "a", undo: true }] }), [STARTED, BRANCHED, PREPARED, IMPORTED]);
  assertEquals(advance(JSON.parse(JSON.stringify(last)), FAILED), advance(last, FAILED));
});

Deno.test("effectOf() wants nothing of a run that ended or waits, and something of every other", () => {
  const idle = ["awaitingApproval", "published", "unchanged", "rejected", "failed", "cancelled", "rollbackFailed", "parked", "blocked"];
  const context = initialContext(specOf({ steps: [{ name: "a", undo: false }] }), "b");
  context.followUp = [{ kind: "deleteBranch", status: "pending", error: null }];
  context.undo = [{ kind: "deleteBranch", status: "pending", error: null }];
  assertEquals(RUN_STATES.filter((state) => effectOf(state, context) === null), RUN_STATES.filter((state) => idle.includes(state)));
});

Deno.test("advance() refuses what a person asks at the wrong time, in that person's words", () => {
  const queued: MachineState = { state: "queued", context: initialContext(specOf(), "wap/trips/1") };
  const decision = { by: "ann", reason: null };
  const asked: [WapEvent, string][] = [
    [{ type: "APPROVED", ...decision }, "approve"],
    [{ type: "REJECTED", ...decision }, "reject"],
    [{ type: "REVERTED", commit: "", ...decision }, "revert"],
  ];
  for (const [event, word] of asked) assertThrows(() => advance(queued, event), UsageError, `Cannot ${word} the run: its state is queued`);
});
