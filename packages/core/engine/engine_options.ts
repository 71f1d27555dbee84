/**
 * What an engine is made of, and what one execution may be told.
 *
 * @module
 */
import type { Flow } from "../flow.ts";
import type { ImportProgress, Lakehouse } from "../lakehouse.ts";
import type { WapEvent } from "../machine/events.ts";
import type { RunState } from "../run.ts";
import type { StoredRun } from "../store/records.ts";
import type { RunStore } from "../store/run_store.ts";

/** What an engine is made of. */
export interface EngineOptions {
  /** Where runs are kept. */
  store: RunStore;
  /** Gives the lakehouse of a kind (`local`, `bauplan`); called for every execution, so it should keep what it opened. */
  lakehouse: (kind: string) => Lakehouse | Promise<Lakehouse>;
  /** Finds a flow's code again by the file it came from. */
  loadFlow: (source: string) => Promise<Flow>;
  /** The clock; the machine's if absent. */
  now?: () => Date;
  /** A number from 0 up to 1, for the jitter of retries. */
  random?: () => number;
}

/** Someone who watches a run being executed. */
export interface RunObserver {
  /** A transition was stored. */
  onTransition?: (run: StoredRun, event: WapEvent) => void;
  /** An import got further. */
  onProgress?: (run: StoredRun, progress: ImportProgress) => void;
}

/** Options of an execution. */
export interface ExecuteOptions extends RunObserver {
  /** When aborted, the run stops once the current effect is recorded; it stays resumable. */
  stop?: AbortSignal;
  /** Stop once this state is done. */
  until?: RunState;
}
