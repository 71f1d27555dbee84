/**
 * Dates and times as ISO 8601 text, from counts of days and of parts of a second; exact, and for years that `Date` cannot hold.
 *
 * @module
 */

const SECONDS_PER_DAY = 86_400n;

/**
 * Writes a day.
 *
 * @param days Days since 1970-01-01.
 * @returns `YYYY-MM-DD`; years beyond 0 to 9999 have a sign and six digits or more.
 */
export function isoDate(days: number): string {
  // Counted from 0000-03-01, so that the leap day ends a year, and in eras of 400 years.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${yearText(year)}-${digits(month, 2)}-${digits(day, 2)}`;
}

/**
 * Writes a time of day.
 *
 * @param count Parts of a second since midnight.
 * @param decimals How many decimals of a second a part is: 0, 3, 6 or 9.
 * @returns `HH:MM:SS`, followed by as many groups of three decimals as it takes.
 */
export function isoTime(count: bigint, decimals: number): string {
  const [seconds, fraction] = floorDivide(count, 10n ** BigInt(decimals));
  const text = `${digits(seconds / 3600n, 2)}:${digits(seconds / 60n % 60n, 2)}:${digits(seconds % 60n, 2)}`;
  return fraction === 0n ? text : `${text}.${digits(fraction, decimals).replace(/(?:000)+$/, "")}`;
}

/**
 * Writes a point in time, or a date with its time of day.
 *
 * @param count Parts of a second since 1970-01-01T00:00:00.
 * @param decimals How many decimals of a second a part is: 0, 3, 6 or 9.
 * @returns The date, `T` and the time, without a zone.
 */
export function isoTimestamp(count: bigint, decimals: number): string {
  const [days, timeOfDay] = floorDivide(count, SECONDS_PER_DAY * 10n ** BigInt(decimals));
  return `${isoDate(Number(days))}T${isoTime(timeOfDay, decimals)}`;
}

function floorDivide(value: bigint, divisor: bigint): [quotient: bigint, remainder: bigint] {
  const remainder = ((value % divisor) + divisor) % divisor;
  return [(value - remainder) / divisor, remainder];
}

function digits(value: number | bigint, length: number): string {
  return String(value).padStart(length, "0");
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return digits(year, 4);
  return (year < 0 ? "-" : "+") + digits(Math.abs(year), 6);
}
