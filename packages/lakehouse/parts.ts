/**
 * `@wap/lakehouse/parts`: what the embedded lakehouse is made of, for other implementations of the port and for benchmarks.
 *
 * Importing it loads DuckDB and Arrow.
 *
 * @module
 */
export { toArrowTable, toRecordBatches } from "./duckdb/arrow.ts";
export { fromDuckDBType } from "./duckdb/column_types.ts";
export { type ResultColumn, Session, type SessionOptions, type StatementProgress } from "./duckdb/session.ts";
export { quoteName, quoteText } from "./duckdb/sql.ts";
export { parseSelect, type Statement, type TableReference } from "./reading/statement.ts";
export { toSqlError } from "./reading/sql_error.ts";
export type { InspectedFile } from "./sources/agreement.ts";
export { type FileMark, type FileSum, type Fingerprint, fingerprintFile } from "./sources/fingerprint.ts";
export { inspectFile, type InspectOptions } from "./sources/inspect.ts";
export type { Inspection, LocalFile, SourceColumn } from "./sources/inspection.ts";
export type { Layout } from "./sources/readers.ts";
export { findSources, type SourceFile } from "./sources/source_file.ts";
export { Staging } from "./storage/staging.ts";
export { type ColumnConflict, emptySchema, type Evolution, type IncomingColumn, type Schema } from "./table/schema.ts";
export { type Field, type FieldType, type ListType, type MapType, type NamedType, type StructType, toColumn } from "./table/types.ts";
export { type ReadySource, SourceAccess } from "./writing/source_access.ts";
export { type ImportInput, type ImportShape, shapeImport } from "./writing/import_shape.ts";
