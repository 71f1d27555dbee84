/**
 * The pulse of an executing run: renews its lease, and aborts it when a cancel was asked for, its deadline has passed, or the lease is lost.
 *
 * @module
 */
import { LeaseLostError, WapError } from "../errors.ts";
import { HEARTBEAT_MS, type Lease } from "../store/leases.ts";
import type { RunStore } from "../store/run_store.ts";

const LOOK_MS = 500;

/** Why an effect was aborted: a person asked for the run's cancel. */
export class CancelRequested extends Error {
  override name = "CancelRequested";
}

/** Why an effect was aborted: the run's time is over. */
export class DeadlineExceeded extends Error {
  override name = "DeadlineExceeded";
}

/** Watches over one run while it is executed; dispose of it afterwards. */
export class Pulse implements Disposable {
  readonly #abort = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  #sinceHeartbeat = 0;

  /** Starts watching. */
  constructor(store: RunStore, lease: Lease, options: { isUndoable: () => boolean; isLate: () => boolean }) {
    this.#timer = setInterval(() => this.#look(store, lease, options), LOOK_MS);
  }

  /** A look that fails, since the store is busy for instance, is made up for by the next one: the write that matters will tell. */
  #look(store: RunStore, lease: Lease, { isUndoable, isLate }: { isUndoable: () => boolean; isLate: () => boolean }): void {
    try {
      if (isUndoable() && store.cancelRequest(lease.runId)) this.#abort.abort(new CancelRequested(lease.runId));
      if (isUndoable() && isLate()) this.#abort.abort(new DeadlineExceeded(lease.runId));
    } catch (error) {
      if (!(error instanceof WapError)) throw error;
    }
    this.#sinceHeartbeat += LOOK_MS;
    if (this.#sinceHeartbeat < HEARTBEAT_MS) return;
    this.#sinceHeartbeat = 0;
    store.renew(lease).catch((error) => {
      if (error instanceof LeaseLostError) this.#abort.abort(error);
    });
  }

  /** Aborted on cancel, deadline and a lost lease. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Stops watching. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
