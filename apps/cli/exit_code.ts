/**
 * Exit codes: what a script can tell from a run without reading anything.
 *
 * @module
 */
import { LeaseLostError, NotFoundError, RunOwnedError, UsageError } from "@wap/core/errors";
import type { RunReport } from "@wap/core";

/** The exit codes of `wap`. */
export const EXIT = {
  /** Published, or the verb succeeded. */
  ok: 0,
  /** Failed. */
  failed: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** The audit, or a person, said no. */
  rejected: 3,
  /** Parked on a conflict, or blocked by changed code. */
  parked: 4,
  /** An undo, or what follows a publish, failed. */
  attention: 5,
  /** Waiting for approval. */
  approval: 6,
  /** Cancelled. */
  cancelled: 7,
  /** Another process executes the run. */
  owned: 8,
  /** Interrupted; the run stays resumable. */
  interrupted: 130,
} as const;

/** The exit code of a run that is reported. `usage` tells whether it failed on what it was asked, not on the data. */
export function exitCodeOfRun(run: RunReport, { usage }: { usage: boolean }): number {
  switch (run.state) {
    case "published":
    case "unchanged":
      return run.followUp.some((task) => task.status === "failed") ? EXIT.attention : EXIT.ok;
    case "rejected":
      return EXIT.rejected;
    case "failed":
      return usage ? EXIT.usage : EXIT.failed;
    case "cancelled":
      return EXIT.cancelled;
    case "rollbackFailed":
      return EXIT.attention;
    case "awaitingApproval":
      return EXIT.approval;
    case "parked":
    case "blocked":
      return EXIT.parked;
    default:
      return EXIT.ok;
  }
}

/** The exit code of an error that ended a verb. */
export function exitCodeOfError(error: unknown): number {
  if (error instanceof RunOwnedError || error instanceof LeaseLostError) return EXIT.owned;
  if ((error as { code?: string }).code === "revert_conflict") return EXIT.parked;
  return error instanceof UsageError || error instanceof NotFoundError ? EXIT.usage : EXIT.failed;
}
