/**
 * What can happen to a run. Every event is stored in the run's history.
 *
 * @module
 */
import type { ErrorRecord } from "../errors.ts";
import type { StepSpec } from "../flow.ts";
import type { RunState } from "../run.ts";
import type { AuditSummary } from "./context.ts";

/** An event of the machine. */
export type WapEvent =
  | { type: "STARTED"; base: string }
  | { type: "BRANCH_CREATED" }
  | { type: "PREPARED"; newFiles: number; skippedFiles: number }
  | { type: "IMPORTED"; filesImported: number; filesSkipped: number; rowsImported: number; commit: string }
  | { type: "STEP_DONE"; step: string }
  | { type: "AUDITED"; audit: AuditSummary; error: ErrorRecord | null }
  | { type: "APPROVED"; by: string; reason: string | null }
  | { type: "REJECTED"; by: string; reason: string | null }
  | { type: "PUBLISHED"; commit: string; targetBefore: string }
  | { type: "TARGET_MOVED"; to: "branching" | "auditing"; seen: string }
  | { type: "CONFLICTED"; error: ErrorRecord }
  | { type: "FOLLOWED_UP" }
  | { type: "FOLLOW_UP_FAILED"; error: ErrorRecord }
  | { type: "UNDONE" }
  | { type: "UNDO_FAILED"; error: ErrorRecord }
  | { type: "FAILED"; error: ErrorRecord; branchIsForeign?: boolean }
  | { type: "CANCELLED"; by: string; reason: string | null }
  | { type: "TRY_FAILED"; failed: number; at: number; error: ErrorRecord }
  | { type: "BLOCKED"; from: RunState; error: ErrorRecord }
  | { type: "UNBLOCKED"; steps: StepSpec[]; commitHook: boolean }
  | { type: "REVERTED"; commit: string; by: string; reason: string | null }
  | { type: "RETRIED" };
