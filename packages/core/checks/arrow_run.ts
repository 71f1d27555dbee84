/**
 * Running the function of an Arrow check: it may throw, stop reading early, keep reading for ever or ignore that the run is stopped.
 *
 * @module
 */
import type { RecordBatch } from "apache-arrow";
import type { ArrowCheck, ArrowVerdict, CheckSpec, Threshold } from "../check.ts";
import { UsageError } from "../errors.ts";
import { toJsonValue } from "./json_value.ts";

/** What the function of an Arrow check found. */
export interface ArrowFinding {
  /** Violating rows; null when the function only said that the check does not hold. */
  failedRows: number | null;
  /** What it observed, in its own words. */
  observed?: string;
  /** Violating rows it wants to be seen. */
  sample: Record<string, unknown>[];
}

/** What an Arrow check runs on. */
export interface ArrowRunOptions {
  /** Opens the rows; what it opens ends soon after the signal is aborted. */
  open: (signal: AbortSignal) => AsyncIterable<RecordBatch>;
  /** `namespace.table`. */
  table: string;
  /** Aborted when the run is stopped. */
  signal: AbortSignal;
}

/**
 * Runs the function of an Arrow check.
 *
 * @param run The function.
 * @param options What it runs on.
 * @returns What it answered, once; the batches are closed then, whether it read them all or not.
 * @throws The signal's reason as soon as that is aborted, even if the function goes on; otherwise what the function threw.
 */
export async function runArrowCheck(run: ArrowCheck, { open, table, signal }: ArrowRunOptions): Promise<ArrowVerdict> {
  signal.throwIfAborted();
  const end = new AbortController();
  const ended = AbortSignal.any([signal, end.signal]);
  const batches = open(ended)[Symbol.asyncIterator]();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason), { signal: end.signal });
  try {
    return await Promise.race([stopped, callCheck(run, { batches: guard(batches), table, signal: ended })]);
  } finally {
    end.abort();
    // The batches were aborted just now, so closing them may only repeat that.
    await batches.return?.().catch(() => {});
  }
}

/**
 * Reads what the function of an Arrow check answered.
 *
 * @param spec The check.
 * @param verdict The answer, which code without types may get wrong.
 * @returns The answer in one form.
 * @throws {UsageError} If it is no verdict, or `false` where the check tolerates a number of rows.
 */
export function readVerdict(spec: CheckSpec, verdict: ArrowVerdict): ArrowFinding {
  if (verdict === true) return { failedRows: 0, sample: [] };
  if (verdict === false) {
    if (!tolerates(spec.warn) && !tolerates(spec.fail)) return { failedRows: null, sample: [] };
    throw new UsageError(`Cannot evaluate ${spec.name}: its function answers false, which is no number of rows to hold against what it tolerates`, {
      code: "invalid_verdict",
      hint: "Return { failedRows } from the function",
    });
  }
  const { failedRows, observed, sample = [] } = (verdict ?? {}) as Exclude<ArrowVerdict, boolean>;
  if (!Number.isSafeInteger(failedRows) || failedRows < 0 || !Array.isArray(sample)) {
    throw new UsageError(`Cannot evaluate ${spec.name}: its function answers neither true, false nor a number of rows`, {
      code: "invalid_verdict",
      hint: "Return true, false or { failedRows, observed, sample } from the function",
    });
  }
  const rows = sample.slice(0, spec.sample).map((row) => toJsonValue(row) as Record<string, unknown>);
  return { failedRows, ...(observed !== undefined && { observed: String(observed) }), sample: rows };
}

async function callCheck(
  run: ArrowCheck,
  { batches, table, signal }: { batches: AsyncIterable<RecordBatch>; table: string; signal: AbortSignal },
): Promise<ArrowVerdict> {
  return await run(batches, { table, signal });
}

/** Hands batches on so that a read which nobody awaits cannot end the process when it is aborted. */
function guard(batches: AsyncIterator<RecordBatch>): AsyncIterable<RecordBatch> {
  const guarded = {
    next: () => {
      const next = batches.next();
      next.catch(() => {});
      return next;
    },
    return: async () => {
      await batches.return?.();
      return { done: true, value: undefined } as const;
    },
    [Symbol.asyncIterator]: () => guarded,
  };
  return guarded;
}

function tolerates(threshold: Threshold | undefined): boolean {
  return (threshold?.maxCount ?? 0) > 0 || (threshold?.maxPct ?? 0) > 0;
}
