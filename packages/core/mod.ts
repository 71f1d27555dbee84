/**
 * `@wap/core`: flows, checks, the machine, the engine and the run store of `wap`, and `Lakehouse`, the port that every backend implements.
 *
 * @module
 */
export {
  AlreadyExistsError,
  type ErrorRecord,
  HeadMovedError,
  LeaseLostError,
  NotFoundError,
  OutcomeUnknownError,
  RetryableError,
  RunOwnedError,
  TerminalError,
  toErrorRecord,
  UsageError,
  WapError,
  type WapErrorOptions,
} from "./errors.ts";
export { formatTableName, parseIdentifier, parseNamespace, parseRef, parseRefName, parseTableName, type RefExpression, type TableName } from "./names.ts";
export {
  type AddedRows,
  type Column,
  type Commit,
  type CommitInfo,
  type FileFormat,
  type GarbageFile,
  type ImportPlan,
  type ImportProgress,
  type ImportReport,
  type ImportRequest,
  type Lakehouse,
  MergeConflictError,
  type MergeRequest,
  type MergeResult,
  type NamedRef,
  type PlannedFile,
  type QueryOptions,
  type RevertRequest,
  type ScanRequest,
  type TableChange,
  type TableConflict,
  type TableDetail,
  type TableInfo,
  type WriteMode,
} from "./lakehouse.ts";
export {
  type ArrowCheck,
  type ArrowCheckContext,
  type ArrowVerdict,
  type AuditReport,
  type Check,
  type CheckKind,
  type CheckResult,
  type CheckScope,
  type CheckSpec,
  type CheckStatus,
  isBlocking,
  type Threshold,
} from "./check.ts";
export {
  type Approval,
  arrowCheckKey,
  type CommitContext,
  type CommitHook,
  type Flow,
  type FlowCode,
  type FlowSpec,
  type IntoSpec,
  type Limits,
  type OnFailure,
  type RetryPolicy,
  type RollbackContext,
  type RollbackHook,
  type Step,
  step,
  type StepContext,
  type StepFunction,
  type StepSpec,
  type TableSpec,
  type WebhookSpec,
} from "./flow.ts";
export {
  isWaiting,
  type Outcome,
  outcomeOf,
  OUTCOMES,
  type PublishReport,
  RUN_STATES,
  type RunReport,
  type RunState,
  type TableReport,
  type TaskReport,
  type TaskStatus,
} from "./run.ts";
export { canonicalJson, digestOf, sha256 } from "./digest.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export { type CommonDefinition, defineFlow, type FlowDefinition, type FlowOrigin, parseFlow, type TableDefinition } from "./flows/define_flow.ts";
export { FLOW_FILE_ENDINGS, loadFlowFile } from "./flows/flow_file.ts";
export { findFlow, findFlowByName, type FlowEntry, listFlows } from "./flows/flow_folder.ts";
export { absoluteSource, applyInput, type RunInput } from "./flows/run_input.ts";
export {
  type AuditSummary,
  type Blocked,
  type Failure,
  type FollowUp,
  type Fork,
  type Retry,
  type TableProgress,
  type UndoEntry,
  type WapContext,
} from "./machine/context.ts";
export { type WapEvent } from "./machine/events.ts";
export { Engine } from "./engine/engine.ts";
export { type EngineOptions, type ExecuteOptions, type RunObserver } from "./engine/engine_options.ts";
export { FORK_STATES, parseForkState } from "./engine/fork.ts";
export { collectGarbage, type GarbageReport } from "./engine/garbage.ts";
export { STEP_ATTEMPTS } from "./engine/retry.ts";
export { RevertConflictError } from "./engine/revert.ts";
export { type Outlook, outlookOf, previewRun, type TablePreview } from "./engine/preview.ts";
export { type HistoryEvent, type RunInputs, type StoredRun } from "./store/records.ts";
export { arrowRows } from "./arrow_rows.ts";
export { arrowColumns } from "./arrow_types.ts";
export { type AuditProgress, type AuditRequest, runAudit } from "./checks/audit.ts";
export {
  type AcceptedValuesOptions,
  addedRowsCheck,
  check,
  type CheckBuilders,
  type CheckOptions,
  type ExpressionOptions,
  type FilterOptions,
  type RangeOptions,
  type RowCountOptions,
  type ToleranceOptions,
  type UniqueOptions,
} from "./checks/build.ts";
export { nameChecks } from "./checks/check_names.ts";
export { formatCheckNotation, parseCheckNotation } from "./checks/notation.ts";
export { parseCheck } from "./checks/parse.ts";
export { preflight, type PreflightProblem } from "./checks/preflight.ts";
export { type AuditTable, digestCheckSet } from "./checks/report.ts";
export { type ReadableLakehouse } from "./checks/table_audit.ts";
export { type CheckValue } from "./checks/typed_literal.ts";
export { type Lease } from "./store/leases.ts";
export { type NewRun, type RunFilter, RunStore, type Transition } from "./store/run_store.ts";
export { type MachineState } from "./machine/advance.ts";
