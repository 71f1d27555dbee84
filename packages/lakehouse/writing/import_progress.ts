/**
 * Saying how far an import is.
 *
 * @module
 */
import type { ImportProgress } from "@wap/core";
import type { StatementProgress } from "../duckdb/session.ts";

/** Turns how far a statement is into how far an import is. */
export class ProgressReporter {
  /** Bytes of all source files. */
  readonly totalBytes: number;
  readonly #totalFiles: number;
  readonly #report: (progress: ImportProgress) => void;

  /** Makes a reporter for the files of an import, which begins now. */
  constructor(files: readonly { size: number }[], report: (progress: ImportProgress) => void) {
    this.totalBytes = files.reduce((sum, { size }) => sum + size, 0);
    this.#totalFiles = files.length;
    this.#report = report;
    this.update({ rows: 0, fraction: 0 });
  }

  /** Reports how far the statement is that reads all files one after another. */
  update({ rows, fraction }: StatementProgress): void {
    const [totalFiles, totalBytes] = [this.#totalFiles, this.totalBytes];
    this.#report({ files: Math.floor(fraction * totalFiles), totalFiles, rows, bytes: Math.floor(fraction * totalBytes), totalBytes });
  }

  /** Reports the end. */
  finish(rows: number): void {
    this.update({ rows, fraction: 1 });
  }
}
