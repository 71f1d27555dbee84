/**
 * Numbers as decimals: their exact text, and exact comparison of a share with a percentage.
 *
 * @module
 */

/**
 * Writes a number as digits without an exponent, exactly as the shortest text that reads back as it.
 *
 * @param value A finite number.
 * @returns Its digits, such as `0.0000001` for `1e-7`.
 */
export function plainDecimal(value: number): string {
  const [mantissa = "0", exponent] = String(value).split("e");
  if (exponent === undefined) return mantissa;
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return point >= digits.length ? sign + digits.padEnd(point, "0") : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * Whether a share is larger than a percentage, without rounding.
 *
 * @param part Rows counted.
 * @param options `of` is the number of rows they are counted among, `percent` the percentage.
 * @returns True when `part / of` exceeds `percent / 100`.
 */
export function exceedsPercent(part: number, options: { of: number; percent: number }): boolean {
  const [whole = "0", fraction = ""] = plainDecimal(options.percent).split(".");
  const scaledPercent = BigInt(whole + fraction);
  const scale = 10n ** BigInt(fraction.length);
  return BigInt(part) * 100n * scale > scaledPercent * BigInt(options.of);
}
