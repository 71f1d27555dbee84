/**
 * A lakehouse at fault: one of its calls, counted as they come, goes wrong as calls to lakehouses behind a network do.
 *
 * @module
 */
import { HeadMovedError, type Lakehouse, type NamedRef, OutcomeUnknownError, RetryableError } from "@wap/core";
import { type Call, interceptLakehouse } from "@wap/core/crash";

/** What stands in for a call that goes wrong. */
export type Fault = <T>(proceed: () => Promise<T>, call: Call & { lakehouse: Lakehouse }) => Promise<T>;

/** Calls that move a branch, or take one away, from where the caller has seen it. */
const MOVES = ["lakehouse.applyImport", "lakehouse.materialize", "lakehouse.merge", "lakehouse.deleteBranch"];
const ZEROS = "0".repeat(64);

/** The faults by what they look like. */
export const FAULTS = {
  "happens, but its answer is lost": async (proceed) => {
    await proceed();
    throw new OutcomeUnknownError("Cannot read the answer: timeout");
  },
  "happens twice": async (proceed) => {
    await proceed();
    return await proceed();
  },
  "sees a stale head": async <T>(proceed: () => Promise<T>, { point, args, lakehouse }: Call & { lakehouse: Lakehouse }) => {
    if (MOVES.includes(point)) throw new HeadMovedError(String(args[0]), { expected: ZEROS, actual: ZEROS });
    const answer = await proceed();
    if (point === "lakehouse.resolve") return await parentOf(lakehouse, answer as string) as T;
    if (point !== "lakehouse.findRef" || answer === null) return answer;
    const ref = answer as NamedRef;
    return { ...ref, hash: await parentOf(lakehouse, ref.hash) } as T;
  },
  "answers 500": () => Promise.reject(new RetryableError("Cannot reach the lakehouse: it answered 500")),
  "never answers": () => Promise.withResolvers<never>().promise,
} satisfies Record<string, Fault>;

/** Which calls go wrong, and how. */
export interface FaultPlan {
  /** How. */
  fault: Fault;
  /** Which call, from 1. */
  number: number;
  /** Whether all that follow go wrong as well. */
  lasting?: boolean;
}

/** Puts a fault into a lakehouse. */
export function breakLakehouse(lakehouse: Lakehouse, { fault, number, lasting = false }: FaultPlan): Lakehouse {
  let calls = 0;
  return interceptLakehouse(lakehouse, (call, proceed) => {
    calls++;
    return calls === number || (lasting && calls > number) ? fault(proceed, { ...call, lakehouse }) : proceed();
  });
}

/** The commit before a commit; a server that has not heard of the latest one takes it for the head. */
async function parentOf(lakehouse: Lakehouse, hash: string): Promise<string> {
  const [commit] = await Array.fromAsync(lakehouse.log(hash, { limit: 1 }));
  return commit!.parents[0] ?? hash;
}
