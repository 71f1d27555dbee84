/**
 * Measuring many figures with few queries.
 *
 * Figures of the same FROM clause share a query, in which each expression stands once; also those that file statistics could answer, because a query of their own
 * was found to cost what it saves. When a query fails, its checks are halved and tried again, until the one at fault is alone.
 *
 * @module
 */
import type { Table, Vector } from "apache-arrow";
import type { Figure } from "./kind.ts";

/** A figure that a check asks for. */
export interface Wanted {
  /** Which check, as a number of the caller's. */
  check: number;
  /** The name the check has for it. */
  name: string;
  /** What to measure. */
  figure: Figure;
}

/** A query for the figures of one FROM clause. */
export interface Scan {
  /** What follows FROM. */
  from: string;
  /** The figures. */
  wanted: Wanted[];
}

/** What came of one figure: the column it is in, or why there is none. */
export type Measured = Wanted & ({ column: Vector; error?: undefined } | { column?: undefined; error: unknown });

/**
 * Groups figures into queries.
 *
 * @param wanted The figures.
 * @returns One scan for each FROM clause, in the order in which they are first asked for.
 */
export function planScans(wanted: readonly Wanted[]): Scan[] {
  const scans = new Map<string, Scan>();
  for (const one of wanted) {
    const { from } = one.figure;
    const scan = scans.get(from) ?? { from, wanted: [] };
    scan.wanted.push(one);
    scans.set(from, scan);
  }
  return [...scans.values()];
}

/** The query of a scan: each expression once, as `m0`, `m1` and so on. */
export function scanSql({ from, wanted }: Scan): string {
  return `select ${expressionsOf(wanted).map((expression, index) => `${expression} as m${index}`).join(", ")} from ${from}`;
}

/**
 * Runs a scan, and halves of it where it fails.
 *
 * @param scan The scan.
 * @param run Runs one query.
 * @param options `onError` is given what `run` throws, and throws in its turn when that is no check's fault, such as a cancellation.
 * @returns What came of each figure.
 */
export async function runScan(scan: Scan, run: (sql: string) => Promise<Table>, options: { onError: (error: unknown) => void }): Promise<Measured[]> {
  try {
    const table = await run(scanSql(scan));
    const expressions = expressionsOf(scan.wanted);
    return scan.wanted.map((one) => ({ ...one, column: table.getChildAt(expressions.indexOf(one.figure.select))! }));
  } catch (error) {
    options.onError(error);
    const checks = [...new Set(scan.wanted.map(({ check }) => check))];
    if (checks.length === 1) return scan.wanted.map((one) => ({ ...one, error }));
    const half = new Set(checks.slice(0, checks.length / 2));
    const [first, second] = [scan.wanted.filter(({ check }) => half.has(check)), scan.wanted.filter(({ check }) => !half.has(check))];
    return [...await runScan({ ...scan, wanted: first }, run, options), ...await runScan({ ...scan, wanted: second }, run, options)];
  }
}

function expressionsOf(wanted: readonly Wanted[]): string[] {
  return [...new Set(wanted.map(({ figure }) => figure.select))];
}
