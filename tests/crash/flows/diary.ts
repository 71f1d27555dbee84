/**
 * A diary that the code of flows under test keeps beside the run's home: one line per call, written before anything else happens.
 *
 * @module
 */
import { join } from "node:path";

/** A line of the diary. */
export interface DiaryLine {
  /** What was called. */
  what: string;
  /** With which idempotency key. */
  key: string;
}

/** Writes a line. */
export function note(what: string, { idempotencyKey }: { idempotencyKey: string }): void {
  const line: DiaryLine = { what, key: idempotencyKey };
  Deno.writeTextFileSync(pathIn(Deno.env.get("WAP_HOME")!), `${JSON.stringify(line)}\n`, { append: true });
}

/** Reads the diary of a home, oldest line first. */
export function readDiary(home: string): DiaryLine[] {
  try {
    return Deno.readTextFileSync(pathIn(home)).split("\n").slice(0, -1).map((line) => JSON.parse(line));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function pathIn(home: string): string {
  return join(home, "diary.jsonl");
}
