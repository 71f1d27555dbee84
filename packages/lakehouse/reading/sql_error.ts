/**
 * What DuckDB says about SQL that it cannot run.
 *
 * @module
 */
import { TerminalError, WapError } from "@wap/core";

const SUGGESTION_REGEXP = /^(Did you mean|Candidate bindings|Candidates?\b|Please|Possible)/;

/** Makes the error for SQL that failed; one of ours, or the reason of an abort, stays as it is. */
export function toSqlError(error: unknown, signal?: AbortSignal): unknown {
  if (error instanceof WapError || !(error instanceof Error) || signal?.aborted) return error;
  if (error.message.startsWith("Permission Error")) {
    return new TerminalError("Cannot run the SQL: it reaches for something outside its tables", {
      code: "invalid_sql",
      hint: "Read tables only; import files first",
      cause: error,
    });
  }
  const [text = ""] = error.message.split(/\n\n?LINE \d+:/);
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const suggestions = lines.filter((line) => SUGGESTION_REGEXP.test(line));
  const reasons = lines.filter((line) => !SUGGESTION_REGEXP.test(line));
  return new TerminalError(`Cannot run the SQL: ${reasons.join(" ").replace(/[.!]$/, "")}`, {
    code: "invalid_sql",
    hint: suggestions.join(" ") || undefined,
    cause: error,
  });
}
