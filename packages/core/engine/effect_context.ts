/**
 * What effects are handed and what they answer.
 *
 * @module
 */
import type { FlowCode, FlowSpec } from "../flow.ts";
import type { ImportProgress, Lakehouse } from "../lakehouse.ts";
import type { WapContext } from "../machine/context.ts";
import type { WapEvent } from "../machine/events.ts";

/** What an effect needs to act. */
export interface EffectContext {
  /** The run. */
  runId: string;
  /** What it is to do. */
  spec: FlowSpec;
  /** The flow's code. */
  code: FlowCode;
  /** What the machine remembers. */
  context: WapContext;
  /** Where it acts. */
  lakehouse: Lakehouse;
  /** Aborted when the run is cancelled or its lease lost. */
  signal: AbortSignal;
  /** Told how far an import is. */
  onProgress: (progress: ImportProgress) => void;
  /** What an earlier step stored. */
  output: (step: string) => unknown;
  /** Whether an older run is on its way to the same tables. */
  isElderUnderWay: () => boolean;
  /** The clock. */
  now: () => Date;
  /** A number from 0 up to 1. */
  random: () => number;
}

/** What an effect answers: what happened, and what is worth keeping besides. */
export interface EffectResult {
  /** The event for the machine. */
  event: WapEvent;
  /** Kept under the step's name. */
  output?: { step: string; body: unknown };
}

/** The author of every commit a run makes. */
export const AUTHOR = "wap";

/** Properties that tie a commit to its run. */
export function commitProperties({ runId, spec }: EffectContext, more: Record<string, string> = {}): Record<string, string> {
  return { "wap.run_id": runId, "wap.flow": spec.name, ...more };
}

/** The branch's base, known in every state after `queued`. */
export function baseOf({ context }: EffectContext): string {
  if (context.base === null) throw new TypeError("Cannot read the base of a run: it has none before branching");
  return context.base;
}
