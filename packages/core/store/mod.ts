/**
 * `@wap/core/store`: the run store and the report of a run, without the engine: what reading runs takes, and no more to load.
 *
 * @module
 */
export { type HistoryEvent, type NewRun, type RunFilter, type RunInputs, RunStore, type StoredRun, type Transition } from "./run_store.ts";
export { type Lease } from "./leases.ts";
export { reportOf } from "./report.ts";
