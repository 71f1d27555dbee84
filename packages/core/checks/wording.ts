/**
 * Numbers and lists in the words of a report.
 *
 * @module
 */

/** A count with its thousands apart: `1,675`. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** A count with its noun: `1 row`, `1,675 rows`. */
export function countOf(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A share in words and percent: `1,675 of 10,000 rows (16.75 %)`. */
export function shareText(part: number, whole: number): string {
  const share = `${countText(part)} of ${countOf(whole, "row")}`;
  return part === 0 || whole === 0 ? share : `${share} (${percentText(part, whole)})`;
}

/** Values as they would be written in a check: `'Y', 'N', 3`; the rest of a long list is only counted. */
export function valuesText(values: readonly unknown[], limit = 10): string {
  const shown = values.slice(0, limit).map((value) => (typeof value === "string" ? `'${value}'` : String(value))).join(", ");
  return values.length > limit ? `${shown} and ${countText(values.length - limit)} more` : shown;
}

function percentText(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  if (percent < 0.01) return "less than 0.01 %";
  if (percent > 99.99 && part < whole) return "more than 99.99 %";
  return `${Number(percent.toFixed(2))} %`;
}
