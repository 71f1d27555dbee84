/**
 * What the machine remembers about a run: plain JSON, stored whole with every transition.
 *
 * @module
 */
import type { ErrorRecord } from "../errors.ts";
import type { FlowSpec } from "../flow.ts";
import { formatTableName } from "../names.ts";
import type { PublishReport, RunState, TableReport, TaskStatus } from "../run.ts";

/** One thing to undo, registered before the thing is done. The last registered is undone first. */
export interface UndoEntry {
  /** What undoes it. */
  kind: "deleteBranch" | "flowHook" | "stepHook";
  /** The step's name, for `stepHook`. */
  step?: string;
  /** How it stands. */
  status: TaskStatus;
  /** Why it failed. */
  error: ErrorRecord | null;
}

/** One thing to do after a publish. */
export interface FollowUp {
  /** What is done. */
  kind: "deleteBranch" | "commitHook";
  /** How it stands. */
  status: TaskStatus;
  /** Why it failed. */
  error: ErrorRecord | null;
}

/** A table's progress. */
export interface TableProgress extends TableReport {
  /** New files found by planning; null before. */
  newFiles: number | null;
}

/** What an audit said, without its details. */
export interface AuditSummary {
  /** Its verdict. */
  verdict: "pass" | "warn" | "fail";
  /** The commit that was audited. */
  branchCommit: string;
  /** The target's commit it was audited against. */
  targetCommit: string;
  /** The report's digest. */
  digest: string;
}

/** Why a run is undone, and how it will end. */
export interface Failure {
  /** The state it will end in. */
  outcome: "rejected" | "failed" | "cancelled";
  /** Why. */
  error: ErrorRecord;
}

/** Where a run took over the written branch of another. */
export interface Fork {
  /** The other run. */
  runId: string;
  /** The commit on its branch where this run begins. */
  head: string;
  /** What this run does first. */
  state: "transforming" | "auditing";
}

/** A run that cannot go on with the flow's code as it is. */
export interface Blocked {
  /** Where the run stood. */
  from: RunState;
  /** What changed. */
  error: ErrorRecord;
}

/** A step that failed and will be tried again. */
export interface Retry {
  /** Tries that failed. */
  failed: number;
  /** When the next one is due, in milliseconds since 1970. */
  at: number;
  /** Why the last one failed. */
  error: ErrorRecord;
}

/** The machine's context. */
export interface WapContext {
  /** The run's branch. */
  branch: string;
  /** The target's head when the run began; the branch starts there. */
  base: string | null;
  /** The target's commit that the branch contains: the base, until a newer one is brought in. Checks that read other tables see them as they are there. */
  seenTarget: string | null;
  /** A person said to go on though the target changed in another way than by appending. */
  insisted: boolean;
  /** One entry per table of the flow. */
  tables: TableProgress[];
  /** Index of the table or step that is next in the current state. */
  cursor: number;
  /** The flow's steps. */
  steps: FlowSpec["steps"];
  /** When a person must say yes. */
  approval: FlowSpec["approval"];
  /** Whether a rejected or failed run's branch stays. */
  keepBranch: boolean;
  /** What the audit said. */
  audit: AuditSummary | null;
  /** The publish. */
  publish: PublishReport | null;
  /** What is undone if the run does not publish; last first. */
  undo: UndoEntry[];
  /** What is done once it published; first first. */
  followUp: FollowUp[];
  /** Whether the flow has an `onCommit`. */
  commitHook: boolean;
  /** Why the run is undone, or waits. */
  failure: Failure | null;
  /** The publish was taken back in this commit. */
  revert: string | null;
  /** Where the run took over another's branch, or null. */
  fork: Fork | null;
  /** The flow's code changed under the run, or null. */
  blocked: Blocked | null;
  /** Times the run began again, or audited again, because the target moved. */
  rebases: number;
  /** The step that is next has failed and will be tried again. */
  retry: Retry | null;
}

/** The context of a run that has not begun. */
export function initialContext(spec: FlowSpec, branch: string): WapContext {
  return {
    branch,
    base: null,
    seenTarget: null,
    insisted: false,
    tables: spec.tables.map((table) => ({
      name: formatTableName({ namespace: table.into.namespace, name: table.into.table }),
      mode: table.into.mode,
      filesImported: 0,
      filesSkipped: 0,
      rowsImported: 0,
      newFiles: null,
    })),
    cursor: 0,
    steps: spec.steps,
    approval: spec.approval,
    keepBranch: spec.onFailure === "keep",
    audit: null,
    publish: null,
    undo: spec.hooks.onRollback ? [{ kind: "flowHook", status: "pending", error: null }] : [],
    followUp: [],
    commitHook: spec.hooks.onCommit,
    failure: null,
    revert: null,
    fork: null,
    blocked: null,
    rebases: 0,
    retry: null,
  };
}
