/**
 * What DuckDB says about a file it cannot read, in one sentence about the file.
 *
 * @module
 */
import { TerminalError } from "@wap/core";

const CSV_LINE_REGEXP = /CSV Error on Line: (\d+)/;
const CSV_WIDTH_REGEXP = /Expected Number of Columns: (\d+) Found: (\d+)/;

/** Makes the error for a file that DuckDB cannot read; what is not DuckDB's stays as it is. */
export function toReadError(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || error instanceof TerminalError) return error;
  return new TerminalError(`Cannot read "${name}": ${describe(error.message)}`, {
    code: "unreadable_file",
    hint: "Mend the file, or leave it out",
    cause: error,
  });
}

function describe(message: string): string {
  const line = CSV_LINE_REGEXP.exec(message)?.[1];
  if (line !== undefined) return `line ${line} ${describeLine(message)}`;
  if (/No magic bytes found at end of file|too small to be a Parquet file/.test(message)) return "it is not a Parquet file, or its end is missing";
  if (message.includes("expected records, but got non-record JSON")) return "it is not made of JSON objects";
  const sentence = message.split("\n").find((text) => text.trim() !== "") ?? message;
  return sentence.replace(/^[A-Z][A-Za-z ]+ Error: /, "").replace(/ in file "[^"]*"/, "").replace(/\.\s*$/, "");
}

function describeLine(message: string): string {
  const width = CSV_WIDTH_REGEXP.exec(message);
  if (width !== null) return `has ${width[2]} ${width[2] === "1" ? "value" : "values"}, the header has ${width[1]}`;
  if (message.includes("unterminated quote")) return "has a quote that is not closed, or text after a closed one";
  if (message.includes("not utf-8")) return "is not UTF-8";
  const [, , reason = message] = message.split("\n");
  return `cannot be read (${reason.trim()})`;
}
