/**
 * Fault points: the places where an execution can die, on both sides of everything it does beyond its own process.
 *
 * @module
 */
import type { Interceptor } from "./interception.ts";

/** A side of a call. */
export type Side = "before" | "after";

/** Where an execution is. */
export interface FaultPoint {
  /** Its place among the calls of this execution, from 1. */
  number: number;
  /** What is called. */
  name: string;
  /** On which side of the call. */
  side: Side;
}

/**
 * An interceptor that tells an observer of each fault point as it is passed; also after a call that throws. What the observer throws is thrown there.
 *
 * @param observe Told of each point; an execution dies where it does not return.
 */
export function observingFaultPoints(observe: (point: FaultPoint) => void): Interceptor {
  let calls = 0;
  return async (call, proceed) => {
    const number = ++calls;
    observe({ number, name: call.point, side: "before" });
    try {
      return await proceed();
    } finally {
      observe({ number, name: call.point, side: "after" });
    }
  };
}

/** A fault point in one line, such as `12 before lakehouse.merge`. */
export function formatFaultPoint({ number, side, name }: FaultPoint): string {
  return `${number} ${side} ${name}`;
}

/** Reads what {@linkcode formatFaultPoint} wrote. */
export function parseFaultPoint(line: string): FaultPoint {
  const [number, side, ...name] = line.split(" ");
  return { number: Number(number), side: side as Side, name: name.join(" ") };
}
