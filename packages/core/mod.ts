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
  type ScanRequest,
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
export { type CheckValue } from "./checks/typed_literal.ts";
