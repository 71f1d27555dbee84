/**
 * `@wap/cli/crash`: the crash test of flows behind `wap test --kill-everywhere`, for tests with other lakehouses and of `wap` itself.
 *
 * @module
 */
export { CrashHome, type CrashHomeOptions, type Death, type KnownRun, type ObservedEnd, type ProcessEnd } from "./crash_home.ts";
export type { Evidence, TableEvidence } from "./evidence.ts";
export { killEverywhere, type KillEverywhereOptions, type KillProgress, type KillReport } from "./kill_everywhere.ts";
export { observedMain } from "./observed_main.ts";
export type { TrialResult } from "./trial.ts";
export type { MakeHome } from "./undisturbed.ts";
