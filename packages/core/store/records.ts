/**
 * What the store gives back: its rows, as plain types. Times are milliseconds since 1970.
 *
 * @module
 */
import type { FlowSpec } from "../flow.ts";
import type { WapContext } from "../machine/context.ts";
import type { WapEvent } from "../machine/events.ts";
import type { Outcome, RunState } from "../run.ts";

/** A run as stored. */
export interface StoredRun {
  /** Its id. */
  id: string;
  /** The flow's name. */
  flow: string;
  /** The flow's version. */
  version: number;
  /** The backend. */
  lakehouse: string;
  /** The branch it publishes to. */
  target: string;
  /** Its branch. */
  branch: string;
  /** Where it stands. */
  state: RunState;
  /** How it ended, or null. */
  outcome: Outcome | null;
  /** What the machine remembers. */
  context: WapContext;
  /** Rows of its history. */
  eventCount: number;
  /** Times a process took it up. */
  attempts: number;
  /** Same flow and key: the same run. */
  idempotencyKey: string | null;
  /** Hash of everything asked for. */
  inputDigest: string;
  /** Who asked for its cancel, or null. */
  cancelBy: string | null;
  /** Why. */
  cancelReason: string | null;
  /** When it was stored. */
  createdAt: number;
  /** When it last changed. */
  updatedAt: number;
  /** When it ended, or null. */
  finishedAt: number | null;
}

/** What a run was asked to do. */
export interface RunInputs {
  /** The run. */
  runId: string;
  /** The JSON half of its flow, as it was asked for. */
  spec: FlowSpec;
  /** The flow's file, or null. */
  source: string | null;
  /** The flow's step and check names, hashed. */
  fingerprint: string;
}

/** One row of a run's history. */
export interface HistoryEvent {
  /** The run. */
  runId: string;
  /** Its place in the history, from 1. */
  number: number;
  /** When it was stored. */
  at: number;
  /** What happened. */
  type: WapEvent["type"] | "CREATED";
  /** Where the run stood; null for the first. */
  fromState: RunState | null;
  /** Where it stands since. */
  toState: RunState;
  /** What it was about to do once this was stored, or null. */
  nextStep: string | null;
  /** The event's other fields. */
  body: Record<string, unknown>;
}
