/**
 * `@wap/core/crash`: what crash tests of runs are made of: interception of everything an execution does, fault points, and the replay of a run's history.
 *
 * @module
 */
export { type FaultPoint, formatFaultPoint, observingFaultPoints, parseFaultPoint, type Side } from "./fault_point.ts";
export { findHistoryFaults } from "./history_replay.ts";
export { type Call, interceptFlow, interceptLakehouse, type Interceptor, interceptStore, type LakehouseMethod } from "./interception.ts";
