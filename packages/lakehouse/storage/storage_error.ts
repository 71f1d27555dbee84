/**
 * Faults of the place that data files are written to, as opposed to faults of what is written.
 *
 * @module
 */
import { RetryableError } from "@wap/core";

const FULL_REGEXP = /No space left on device|Disk quota exceeded|File too large/i;

/**
 * Makes the error for a place that cannot take more.
 *
 * @param error What DuckDB or the file system raised.
 * @param folder The lakehouse's folder.
 * @returns The error, or null when the fault is another.
 */
export function toStorageError(error: unknown, folder: string): RetryableError | null {
  if (!(error instanceof Error) || !FULL_REGEXP.test(error.message)) return null;
  return new RetryableError(`Cannot write to the lakehouse: there is no space left in "${folder}"`, {
    code: "disk_full",
    hint: "Free some space, then run it again",
    cause: error,
  });
}
