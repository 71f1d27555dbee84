/**
 * `@wap/lakehouse`: the embedded lakehouse. Branches, commits and merges over tables in Parquet files, in one folder of this machine.
 *
 * @module
 */
export { EmbeddedLakehouse, type LakehouseOptions, openLakehouse } from "./embedded_lakehouse.ts";
export type { DownloadLimits } from "./sources/download.ts";
