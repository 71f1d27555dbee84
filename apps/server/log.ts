/**
 * What the server tells whoever runs it: one entry per thing that happened. Headers and bodies never go into an entry, so neither do secrets.
 *
 * @module
 */

/** One thing that happened. */
export interface LogEntry {
  /** How much it matters. */
  level: "info" | "warn" | "error";
  /** What happened, in snake_case. */
  event: string;
  /** What is known about it. */
  [field: string]: string | number | boolean | null | undefined;
}

/** Takes entries. */
export type Log = (entry: LogEntry) => void;
