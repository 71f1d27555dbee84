/**
 * The errors of `wap`, named for what the caller does next: mend the call, try again, look first, stop, or ask a person.
 *
 * Messages read "Cannot <verb> <what>: <why>"; `hint` is the remedy in one sentence; `code` is stable and machine-readable.
 *
 * @module
 */

/** What every error of `wap` can carry besides its message. */
export interface WapErrorOptions {
  /** A stable, machine-readable name of the error, in snake_case. */
  code?: string;
  /** What the reader can do about it, in one sentence. */
  hint?: string;
  /** The error that led to this one. */
  cause?: unknown;
}

/** The root of all errors that `wap` raises on purpose. */
export class WapError extends Error {
  /** A stable, machine-readable name of the error, in snake_case. */
  readonly code: string;
  /** What the reader can do about it, in one sentence. */
  readonly hint: string | undefined;

  /** Makes an error whose message reads "Cannot <verb> <what>: <why>". */
  constructor(message: string, options: WapErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code ?? "error";
    this.hint = options.hint;
  }
}

/** The call or the configuration is wrong: mend it, trying again cannot help. The command line exits 2. */
export class UsageError extends WapError {
  /** Makes a usage error; its code is `usage` unless said otherwise. */
  constructor(message: string, options: WapErrorOptions = {}) {
    super(message, { code: "usage", ...options });
  }
}

/** The thing asked for is not there: a run, a ref, a table, a file. */
export class NotFoundError extends WapError {
  /** Makes a not-found error; its code is `not_found` unless said otherwise. */
  constructor(message: string, options: WapErrorOptions = {}) {
    super(message, { code: "not_found", ...options });
  }
}

/** The thing to be made is there already. */
export class AlreadyExistsError extends WapError {
  /** Makes an already-exists error; its code is `already_exists` unless said otherwise. */
  constructor(message: string, options: WapErrorOptions = {}) {
    super(message, { code: "already_exists", ...options });
  }
}

/** The input or the state of the lakehouse makes the work impossible: stop and undo. */
export class TerminalError extends WapError {
  /** Makes a terminal error; its code is `terminal` unless said otherwise. */
  constructor(message: string, options: WapErrorOptions = {}) {
    super(message, { code: "terminal", ...options });
  }
}

/** The work may succeed when tried again, not before `retryAfterMs` if that is given. */
export class RetryableError extends WapError {
  /** Milliseconds to wait before the next try, when the other side asked for it. */
  readonly retryAfterMs: number | undefined;

  /** Makes a retryable error; its code is `retryable` unless said otherwise. */
  constructor(message: string, options: WapErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, { code: "retryable", ...options });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** A branch head is no longer where the caller expected it: read it again and recompute. */
export class HeadMovedError extends RetryableError {
  /** The branch whose head moved. */
  readonly branch: string;
  /** The hash the caller expected. */
  readonly expected: string;
  /** The hash the branch stands at. */
  readonly actual: string;

  /** Makes a head-moved error from the branch and the two hashes. */
  constructor(branch: string, hashes: { expected: string; actual: string }) {
    super(
      `Cannot move branch "${branch}": its head is ${hashes.actual.slice(0, 12)}, expected ${hashes.expected.slice(0, 12)}`,
      { code: "head_moved", hint: "Read the branch again and repeat the operation" },
    );
    this.branch = branch;
    this.expected = hashes.expected;
    this.actual = hashes.actual;
  }
}

/** Nobody knows whether the work happened (a timeout after sending, a lost connection): look before trying again. */
export class OutcomeUnknownError extends WapError {
  /** Makes an outcome-unknown error; its code is `outcome_unknown` unless said otherwise. */
  constructor(message: string, options: WapErrorOptions = {}) {
    super(message, { code: "outcome_unknown", ...options });
  }
}

/** Another process executes the run: leave it alone or wait. The command line exits 8. */
export class RunOwnedError extends WapError {
  /** Who executes the run, as `host/pid`. */
  readonly owner: string;

  /** Makes a run-owned error from the run's id and its owner. */
  constructor(runId: string, owner: string) {
    super(`Cannot execute run ${runId}: ${owner} is executing it`, {
      code: "run_owned",
      hint: `Wait for it, or stop it with "wap cancel ${runId}"`,
    });
    this.owner = owner;
  }
}

/** This process no longer owns the run it was executing: stop at once and write nothing. */
export class LeaseLostError extends WapError {
  /** Makes a lease-lost error from the run's id. */
  constructor(runId: string) {
    super(`Cannot go on with run ${runId}: another process took it over`, { code: "lease_lost" });
  }
}

/** Any thrown value as an error that can be stored and shown. */
export interface ErrorRecord {
  /** The error's class, where it is one of ours. */
  name?: string;
  /** A stable, machine-readable name of the error. */
  code: string;
  /** What went wrong. */
  message: string;
  /** What to do about it, or null. */
  hint: string | null;
}

/**
 * Turns anything thrown into a record for the store and the reports.
 *
 * @param error What was thrown.
 * @returns Its code, message and hint; `internal` for an error that `wap` did not raise on purpose.
 * @example
 * ```ts
 * import { toErrorRecord, UsageError } from "@wap/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(toErrorRecord(new UsageError("Cannot parse flag", { hint: "See --help" })), {
 *   name: "UsageError",
 *   code: "usage",
 *   message: "Cannot parse flag",
 *   hint: "See --help",
 * });
 * ```
 */
export function toErrorRecord(error: unknown): ErrorRecord {
  if (error instanceof WapError) return { name: error.name, code: error.code, message: error.message, hint: error.hint ?? null };
  return { code: "internal", message: error instanceof Error ? error.message : String(error), hint: null };
}
