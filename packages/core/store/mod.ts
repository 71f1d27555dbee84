/**
 * `@wap/core/store`: the run store and the report of a run, without the engine: what reading runs takes, and no more to load.
 *
 * @module
 */
export { type HistoryEvent, type RunInputs, type StoredRun } from "./records.ts";
export { type NewRun, type RunFilter, RunStore, type Transition } from "./run_store.ts";
export { type Lease } from "./leases.ts";
export { reportOf } from "./report.ts";
