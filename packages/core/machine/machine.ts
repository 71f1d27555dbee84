/**
 * The machine of a run: one flat XState machine, pure. It never acts; `effect.ts` says what each state wants done, the engine does it and feeds the result
 * back as an event.
 *
 * Restoring nested regions, spawned actors and `after` timers is where persisted XState machines break, so there are none.
 *
 * @module
 */
import { assign, setup } from "xstate";
import type { ErrorRecord } from "../errors.ts";
import type { FollowUp, UndoEntry, WapContext } from "./context.ts";
import type { WapEvent } from "./events.ts";

type EventOf<T extends WapEvent["type"]> = Extract<WapEvent, { type: T }>;

function isPending(task: UndoEntry | FollowUp): boolean {
  return task.status === "pending";
}

function hasFailed(task: UndoEntry | FollowUp): boolean {
  return task.status === "failed";
}

/** Whether every undo was tried, and the run is to end in `outcome` (null: some undo failed). */
function isUndone(context: WapContext, outcome: "rejected" | "failed" | "cancelled" | null): boolean {
  if (context.undo.some(isPending)) return false;
  return context.undo.some(hasFailed) ? outcome === null : context.failure?.outcome === outcome;
}

function settle<T extends UndoEntry | FollowUp>(tasks: readonly T[], index: number, result: Pick<T, "status" | "error">): T[] {
  return tasks.map((task, at) => at === index ? { ...task, ...result } : task);
}

function pendingAgain<T extends UndoEntry | FollowUp>(tasks: readonly T[]): T[] {
  return tasks.map((task) => hasFailed(task) ? { ...task, status: "pending", error: null } : task);
}

function undoOfStep(context: WapContext, index: number): UndoEntry[] {
  const step = context.steps[index];
  // A run that began again has the undo of its first time.
  const isArmed = context.undo.some((entry) => entry.kind === "stepHook" && entry.step === step?.name);
  return step?.undo && !isArmed ? [...context.undo, { kind: "stepHook", step: step.name, status: "pending", error: null }] : context.undo;
}

/** The first of the flow's steps as they are now that the run has not done, or -1. */
function nextStep(context: WapContext, steps: WapContext["steps"]): number {
  const done = new Set(context.steps.slice(0, context.cursor).map((step) => step.name));
  return steps.findIndex((step) => !done.has(step.name));
}

function followUps(context: WapContext): FollowUp[] {
  const branch: FollowUp = { kind: "deleteBranch", status: "pending", error: null };
  return context.commitHook && context.publish !== null ? [branch, { kind: "commitHook", status: "pending", error: null }] : [branch];
}

function personSaid(verb: string, event: { by: string; reason: string | null }, code: string): ErrorRecord {
  return { code, message: `${verb} by ${event.by}${event.reason ? `: ${event.reason}` : ""}`, hint: null };
}

/** Keeps the branch of a rejected or failed run if the flow says so: a cancelled run is always undone. */
function keepBranch(context: WapContext, outcome: "rejected" | "failed" | "cancelled"): UndoEntry[] {
  if (!context.keepBranch || outcome === "cancelled") return context.undo;
  return context.undo.map((entry) => entry.kind === "deleteBranch" ? { ...entry, status: "kept" } : entry);
}

const wapSetup = setup({
  types: { context: {} as WapContext, events: {} as WapEvent, input: {} as WapContext },
  guards: {
    moreTables: ({ context }) => context.cursor + 1 < context.tables.length,
    beginsAgain: ({ event }) => (event as EventOf<"TARGET_MOVED">).to === "branching",
    forkedToSteps: ({ context }) => context.fork?.state === "transforming" && context.steps.length > 0,
    forked: ({ context }) => context.fork !== null,
    nothingNew: ({ context, event }) =>
      (event as EventOf<"PREPARED">).newFiles === 0 && context.tables.every((table, at) => at === context.cursor || table.newFiles === 0),
    moreSteps: ({ context }) => context.cursor + 1 < context.steps.length,
    hasSteps: ({ context }) => context.steps.length > 0,
    auditFailed: ({ event }) => (event as EventOf<"AUDITED">).audit.verdict === "fail",
    needsApproval: ({ context, event }) =>
      context.approval === "always" || (context.approval === "on_warn" && (event as EventOf<"AUDITED">).audit.verdict === "warn"),
    undoFailed: ({ context }) => isUndone(context, null),
    undoneRejected: ({ context }) => isUndone(context, "rejected"),
    undoneFailed: ({ context }) => isUndone(context, "failed"),
    undoneCancelled: ({ context }) => isUndone(context, "cancelled"),
    followUpFailed: ({ context }) => context.followUp.some(hasFailed),
    blockedIn: ({ context }, { state }: { state: string }) => context.blocked?.from === state,
    blockedAfterSteps: ({ context, event }) => context.blocked?.from === "transforming" && nextStep(context, (event as EventOf<"UNBLOCKED">).steps) < 0,
    blockedBeforePivot: ({ context }) => !["publishing", "cleaningUp", "rollingBack"].includes(context.blocked?.from ?? ""),
    notReverted: ({ context }) => context.revert === null,
    donePublished: ({ context }) => !context.followUp.some(isPending) && context.publish !== null,
    doneUnchanged: ({ context }) => !context.followUp.some(isPending) && context.publish === null,
  },
  actions: {
    begin: assign(({ context, event }) => ({
      base: (event as EventOf<"STARTED">).base,
      seenTarget: (event as EventOf<"STARTED">).base,
      undo: [...context.undo, { kind: "deleteBranch", status: "pending", error: null } satisfies UndoEntry],
    })),
    toFirst: assign({ cursor: 0 }),
    toNext: assign(({ context }) => ({ cursor: context.cursor + 1 })),
    notePlan: assign(({ context, event }) => {
      const { newFiles, skippedFiles } = event as EventOf<"PREPARED">;
      return { tables: context.tables.map((table, at) => at === context.cursor ? { ...table, newFiles, filesSkipped: skippedFiles } : table) };
    }),
    noteImport: assign(({ context, event }) => {
      const { filesImported, filesSkipped, rowsImported } = event as EventOf<"IMPORTED">;
      return { tables: context.tables.map((table, at) => at === context.cursor ? { ...table, filesImported, filesSkipped, rowsImported } : table) };
    }),
    armFirstStep: assign(({ context }) => ({ cursor: 0, undo: undoOfStep(context, 0) })),
    armNextStep: assign(({ context }) => ({ cursor: context.cursor + 1, undo: undoOfStep(context, context.cursor + 1) })),
    noteAudit: assign(({ event }) => ({ audit: (event as EventOf<"AUDITED">).audit })),
    beginAgain: assign(({ context, event }) => ({
      base: (event as EventOf<"TARGET_MOVED">).seen,
      seenTarget: (event as EventOf<"TARGET_MOVED">).seen,
      insisted: false,
      rebases: context.rebases + 1,
      cursor: 0,
      audit: null,
      fork: null,
      tables: context.tables.map((table) => ({ ...table, newFiles: null, filesImported: 0, filesSkipped: 0, rowsImported: 0 })),
    })),
    auditAgain: assign(({ context, event }) => ({
      seenTarget: (event as EventOf<"TARGET_MOVED">).seen,
      rebases: context.rebases + 1,
      audit: null,
    })),
    notePublish: assign(({ event }) => {
      const { commit, targetBefore } = event as EventOf<"PUBLISHED">;
      return { publish: { commit, targetBefore }, failure: null };
    }),
    planFollowUps: assign(({ context }) => ({ followUp: followUps(context) })),
    followUpDone: assign(({ context }) => ({
      followUp: settle(context.followUp, context.followUp.findIndex(isPending), { status: "done", error: null }),
    })),
    followUpFailed: assign(({ context, event }) => ({
      followUp: settle(context.followUp, context.followUp.findIndex(isPending), {
        status: "failed",
        error: (event as EventOf<"FOLLOW_UP_FAILED">).error,
      }),
    })),
    followUpAgain: assign(({ context }) => ({ followUp: pendingAgain(context.followUp) })),
    undoDone: assign(({ context }) => ({ undo: settle(context.undo, context.undo.findLastIndex(isPending), { status: "done", error: null }) })),
    undoFailed: assign(({ context, event }) => ({
      undo: settle(context.undo, context.undo.findLastIndex(isPending), { status: "failed", error: (event as EventOf<"UNDO_FAILED">).error }),
    })),
    undoAgain: assign(({ context }) => ({ undo: pendingAgain(context.undo) })),
    block: assign(({ event }) => {
      const { from, error } = event as EventOf<"BLOCKED">;
      return { blocked: { from, error } };
    }),
    unblock: assign(({ context, event }) => {
      const { steps, commitHook } = event as EventOf<"UNBLOCKED">;
      const changed = { ...context, steps, commitHook, blocked: null };
      if (context.blocked?.from !== "transforming") return changed;
      const cursor = Math.max(nextStep(context, steps), 0);
      return { ...changed, cursor, undo: undoOfStep({ ...changed, cursor }, cursor) };
    }),
    noteRevert: assign(({ event }) => ({ revert: (event as EventOf<"REVERTED">).commit })),
    noteTry: assign(({ event }) => {
      const { failed, at, error } = event as EventOf<"TRY_FAILED">;
      return { retry: { failed, at, error } };
    }),
    noteConflict: assign(({ event }) => ({ failure: { outcome: "failed" as const, error: (event as EventOf<"CONFLICTED">).error } })),
    insist: assign({ failure: null, audit: null, insisted: true }),
    fail: assign(({ context, event }) => {
      const { error, branchIsForeign } = event as EventOf<"FAILED">;
      const undo = branchIsForeign ? context.undo.filter((entry) => entry.kind !== "deleteBranch") : keepBranch(context, "failed");
      return { failure: { outcome: "failed" as const, error }, undo };
    }),
    rejectByAudit: assign(({ context, event }) => {
      const error = (event as EventOf<"AUDITED">).error ?? { code: "audit_failed", message: "The audit failed", hint: null };
      return { failure: { outcome: "rejected" as const, error }, undo: keepBranch(context, "rejected") };
    }),
    rejectByPerson: assign(({ context, event }) => ({
      failure: { outcome: "rejected" as const, error: personSaid("Rejected", event as EventOf<"REJECTED">, "rejected") },
      undo: keepBranch(context, "rejected"),
    })),
    cancel: assign(({ event }) => ({
      failure: { outcome: "cancelled" as const, error: personSaid("Cancelled", event as EventOf<"CANCELLED">, "cancelled") },
    })),
  },
});

/** In every state that acts: a try that failed is noted, and the step stays next; and a flow whose code changed stops the run. */
const TRYING = { TRY_FAILED: { actions: "noteTry" }, BLOCKED: { target: "blocked", actions: "block" } } as const;

/** A blocked run goes back to where it stood. */
const ACTING = ["queued", "branching", "preparing", "importing", "transforming", "auditing", "publishing", "cleaningUp", "rollingBack"] as const;
const UNBLOCKING = [
  { guard: "blockedAfterSteps" as const, target: "auditing" as const, actions: "unblock" as const },
  ...ACTING.map((state) => ({ guard: { type: "blockedIn" as const, params: { state } }, target: state, actions: "unblock" as const })),
];

/** Before and after the audit: the target changed under the run. */
const MOVED = {
  TARGET_MOVED: [{ guard: "beginsAgain", target: "branching", actions: "beginAgain" }, { target: "auditing", actions: "auditAgain" }],
  CONFLICTED: { target: "parked", actions: "noteConflict" },
} as const;

/** Leads out of every state before the pivot: an error or a person's cancel rolls the run back. */
const UNDOABLE = {
  ...TRYING,
  FAILED: { target: "rollingBack", actions: "fail" },
  CANCELLED: { target: "rollingBack", actions: "cancel" },
} as const;

/** The machine of a run. */
export const wapMachine = wapSetup.createMachine({
  id: "wap",
  initial: "queued",
  context: ({ input }) => input,
  states: {
    queued: { on: { STARTED: { target: "branching", actions: "begin" }, ...UNDOABLE } },
    branching: {
      on: {
        BRANCH_CREATED: [
          { guard: "forkedToSteps", target: "transforming", actions: "armFirstStep" },
          { guard: "forked", target: "auditing", actions: "toFirst" },
          { target: "preparing", actions: "toFirst" },
        ],
        ...UNDOABLE,
      },
    },
    preparing: {
      on: {
        PREPARED: [
          { guard: "moreTables", actions: ["notePlan", "toNext"] },
          { guard: "nothingNew", target: "cleaningUp", actions: ["notePlan", "planFollowUps"] },
          { target: "importing", actions: ["notePlan", "toFirst"] },
        ],
        ...UNDOABLE,
      },
    },
    importing: {
      on: {
        IMPORTED: [
          { guard: "moreTables", actions: ["noteImport", "toNext"] },
          { guard: "hasSteps", target: "transforming", actions: ["noteImport", "armFirstStep"] },
          { target: "auditing", actions: "noteImport" },
        ],
        ...UNDOABLE,
      },
    },
    transforming: {
      on: { STEP_DONE: [{ guard: "moreSteps", actions: "armNextStep" }, { target: "auditing" }], ...UNDOABLE },
    },
    auditing: {
      on: {
        AUDITED: [
          { guard: "auditFailed", target: "rollingBack", actions: ["noteAudit", "rejectByAudit"] },
          { guard: "needsApproval", target: "awaitingApproval", actions: "noteAudit" },
          { target: "publishing", actions: "noteAudit" },
        ],
        ...MOVED,
        ...UNDOABLE,
      },
    },
    awaitingApproval: {
      on: { APPROVED: "publishing", REJECTED: { target: "rollingBack", actions: "rejectByPerson" }, FAILED: UNDOABLE.FAILED, CANCELLED: UNDOABLE.CANCELLED },
    },
    // The pivot. A cancel is not heard here: the merge may have happened already.
    publishing: {
      on: {
        PUBLISHED: { target: "cleaningUp", actions: ["notePublish", "planFollowUps"] },
        ...MOVED,
        FAILED: UNDOABLE.FAILED,
        ...TRYING,
      },
    },
    parked: { on: { RETRIED: { target: "auditing", actions: "insist" }, CANCELLED: UNDOABLE.CANCELLED } },
    cleaningUp: {
      always: [{ guard: "donePublished", target: "published" }, { guard: "doneUnchanged", target: "unchanged" }],
      on: { FOLLOWED_UP: { actions: "followUpDone" }, FOLLOW_UP_FAILED: { actions: "followUpFailed" }, ...TRYING },
    },
    rollingBack: {
      always: [
        { guard: "undoFailed", target: "rollbackFailed" },
        { guard: "undoneRejected", target: "rejected" },
        { guard: "undoneFailed", target: "failed" },
        { guard: "undoneCancelled", target: "cancelled" },
      ],
      on: { UNDONE: { actions: "undoDone" }, UNDO_FAILED: { actions: "undoFailed" }, ...TRYING },
    },
    published: {
      on: { REVERTED: { guard: "notReverted", actions: "noteRevert" }, RETRIED: { guard: "followUpFailed", target: "cleaningUp", actions: "followUpAgain" } },
    },
    unchanged: { on: { RETRIED: { guard: "followUpFailed", target: "cleaningUp", actions: "followUpAgain" } } },
    rollbackFailed: { on: { RETRIED: { target: "rollingBack", actions: "undoAgain" } } },
    rejected: {},
    failed: {},
    cancelled: {},
    blocked: { on: { UNBLOCKED: UNBLOCKING, CANCELLED: { guard: "blockedBeforePivot", target: "rollingBack", actions: "cancel" } } },
  },
});
