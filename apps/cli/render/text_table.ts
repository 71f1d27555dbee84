/**
 * Tables of text.
 *
 * @module
 */

/**
 * Lays rows out in columns.
 *
 * @param header The columns' names.
 * @param rows The cells; numbers are aligned to the right.
 * @returns Lines joined by newlines, without trailing blanks.
 */
export function textTable(header: string[], rows: (string | number | null)[][]): string {
  const cells = rows.map((row) => row.map((cell) => cell === null ? "" : typeof cell === "number" ? formatNumber(cell) : oneLine(cell)));
  // Not Math.max over all rows at once: so many arguments do not fit on the stack.
  const widths = header.map((name, at) => cells.reduce((width, row) => Math.max(width, row[at]?.length ?? 0), name.length));
  const isNumber = header.map((_, at) => rows.length > 0 && rows.every((row) => typeof row[at] === "number"));
  const line = (row: string[]) => row.map((cell, at) => isNumber[at] ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)).join("  ").trimEnd();
  return [line(header), ...cells.map(line)].join("\n");
}

/** A whole number with thousands separated: `10,000`. */
export function formatNumber(value: number): string {
  return value.toLocaleString("en-US");
}

/** Bytes in the largest unit that leaves at least one: `1.5 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** `1 file`, `2 files`. */
export function count(value: number, noun: string): string {
  return `${formatNumber(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** Control characters out of a cell: what files hold must not steer the terminal. */
export function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- that is the point
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => character === "\n" || character === "\t" ? " " : "\ufffd");
}
