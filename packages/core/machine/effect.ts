/**
 * What a run wants done next: a pure function of its stored state, so that a process that takes the run up after a crash knows it as well as the one that
 * died.
 *
 * @module
 */
import type { RunState } from "../run.ts";
import type { FollowUp, UndoEntry, WapContext } from "./context.ts";

/** One effect on the world; `step` names it in the history and keys its idempotency. */
export type Effect =
  | { type: "resolveBase"; step: string }
  | { type: "createBranch"; step: string }
  | { type: "planImport"; step: string; table: number }
  | { type: "applyImport"; step: string; table: number }
  | { type: "runStep"; step: string; name: string }
  | { type: "audit"; step: string }
  | { type: "merge"; step: string }
  | { type: "followUp"; step: string; task: FollowUp }
  | { type: "undo"; step: string; entry: UndoEntry };

/** The name of an undo in reports and history. */
export function undoStepName(entry: UndoEntry): string {
  if (entry.kind === "deleteBranch") return "delete branch";
  return entry.kind === "flowHook" ? "onRollback" : `onRollback of step "${entry.step}"`;
}

/** The name of a follow-up in reports and history. */
export function followUpStepName(task: FollowUp): string {
  return task.kind === "deleteBranch" ? "delete branch" : "onCommit";
}

/**
 * The effect a run wants, or null when it has ended or waits for a person.
 *
 * @param state Where the run stands.
 * @param context What it remembers.
 */
export function effectOf(state: RunState, context: WapContext): Effect | null {
  const table = context.tables[context.cursor]?.name;
  switch (state) {
    case "queued":
      return { type: "resolveBase", step: "resolve base" };
    case "branching":
      return { type: "createBranch", step: "create branch" };
    case "preparing":
      return { type: "planImport", step: `plan import of ${table}`, table: context.cursor };
    case "importing":
      return { type: "applyImport", step: `import ${table}`, table: context.cursor };
    case "transforming": {
      const name = context.steps[context.cursor]?.name ?? "";
      return { type: "runStep", step: `step "${name}"`, name };
    }
    case "auditing":
      return { type: "audit", step: "audit" };
    case "publishing":
      return { type: "merge", step: "merge" };
    case "cleaningUp": {
      const task = context.followUp.find((one) => one.status === "pending");
      return task ? { type: "followUp", step: followUpStepName(task), task } : null;
    }
    case "rollingBack": {
      const entry = context.undo.findLast((one) => one.status === "pending");
      return entry ? { type: "undo", step: undoStepName(entry), entry } : null;
    }
    default:
      return null;
  }
}
