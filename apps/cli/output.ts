/**
 * Where output goes: results on stdout, everything else on stderr, colour only on a terminal.
 *
 * @module
 */
import process from "node:process";

/** Prints a result on stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints one JSON document on stdout; big integers as strings. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, (_, field) => typeof field === "bigint" ? field.toString() : field, 2));
}

/** Leaves stdout to the result: what a flow's own code logs goes to stderr from now on. */
export function keepLogsOffStdout(): void {
  console.log = console.info = console.debug = console.error;
}

/** Prints something that is not the result on stderr. */
export function printNote(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Whether progress may be drawn. */
export function isInteractive(): boolean {
  return process.stderr.isTTY === true;
}

/** How a text is emphasised. */
export type Tone = "good" | "bad" | "care" | "dim" | "bold";

const CODES: Record<Tone, number> = { good: 32, bad: 31, care: 33, dim: 2, bold: 1 };

/** A text in colour on a terminal, plain elsewhere and with NO_COLOR. */
export function tint(text: string, tone: Tone): string {
  if (process.stdout.isTTY !== true || process.env.NO_COLOR) return text;
  return `\x1b[${CODES[tone]}m${text}\x1b[0m`;
}
