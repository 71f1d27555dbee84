/**
 * Runs: one execution of a flow, its states, its outcome, and the report everyone reads.
 *
 * @module
 */
import type { AuditReport } from "./check.ts";
import type { ErrorRecord } from "./errors.ts";
import type { WriteMode } from "./lakehouse.ts";

/** The states of the machine, in the order a run meets them. */
export const RUN_STATES = [
  "queued",
  "branching",
  "preparing",
  "importing",
  "transforming",
  "auditing",
  "awaitingApproval",
  "publishing",
  "cleaningUp",
  "published",
  "unchanged",
  "rollingBack",
  "rejected",
  "failed",
  "cancelled",
  "rollbackFailed",
  "parked",
  "blocked",
] as const;

/** A state of the machine. */
export type RunState = typeof RUN_STATES[number];

/** How a run ended. */
export const OUTCOMES = ["published", "unchanged", "rejected", "failed", "cancelled", "attention"] as const;

/** How a run ended; null while it is under way or waits for a person. */
export type Outcome = typeof OUTCOMES[number];

const OUTCOME_OF_STATE: Partial<Record<RunState, Outcome>> = {
  published: "published",
  unchanged: "unchanged",
  rejected: "rejected",
  failed: "failed",
  cancelled: "cancelled",
  rollbackFailed: "attention",
};

/** The outcome that a state stands for, or null. */
export function outcomeOf(state: RunState): Outcome | null {
  return OUTCOME_OF_STATE[state] ?? null;
}

/** States in which a run waits for a person and no process works on it. */
export function isWaiting(state: RunState): boolean {
  return state === "awaitingApproval" || state === "parked" || state === "blocked";
}

/** The step under which the store keeps a run's audit report. */
export const AUDIT_STEP = "audit";

/** What a run did to one table. */
export interface TableReport {
  /** `namespace.table`. */
  name: string;
  /** How rows met those that were there. */
  mode: WriteMode;
  /** Files whose rows were written. */
  filesImported: number;
  /** Files the table had already. */
  filesSkipped: number;
  /** Rows written. */
  rowsImported: number;
}

/** One undo, or one task after publish, and how it went. */
export interface TaskReport {
  /** What it is: `delete branch`, `onRollback`, `onCommit`, `onRollback of step "x"`. */
  step: string;
  /** `pending`, `done`, `failed`, or `kept` where the flow says to keep what would be undone. */
  status: TaskStatus;
  /** Why it failed, or null. */
  error: ErrorRecord | null;
}

/** How a task stands. */
export type TaskStatus = "pending" | "done" | "failed" | "kept";

/** The publishing commit of a run. */
export interface PublishReport {
  /** The target's head after the merge. */
  commit: string;
  /** The target's head before it. */
  targetBefore: string;
}

/** A run as `run`, `resume`, `show` and the API report it. */
export interface RunReport {
  /** Its id. */
  id: string;
  /** The flow's name. */
  flow: string;
  /** The flow's version. */
  version: number;
  /** Where it stands. */
  state: RunState;
  /** How it ended, or null. */
  outcome: Outcome | null;
  /** Its branch. */
  branch: string;
  /** The branch it publishes to. */
  target: string;
  /** The backend. */
  lakehouse: string;
  /** One entry per table. */
  tables: TableReport[];
  /** The audit, or null before there is one. */
  audit: AuditReport | null;
  /** The publish, or null. */
  publish: PublishReport | null;
  /** The commit that took the publish back, or null. */
  revert: string | null;
  /** What was, or will be, undone; first undone first. */
  undo: TaskReport[];
  /** What follows a publish: the branch's deletion and the commit hook. */
  followUp: TaskReport[];
  /** Why it did not publish, or null. */
  error: ErrorRecord | null;
  /** ISO 8601 UTC. */
  createdAt: string;
  /** ISO 8601 UTC, or null. */
  finishedAt: string | null;
  /** Times a process took it up. */
  attempts: number;
}
