/**
 * Signatures of deliveries, after Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`.
 *
 * The package `standardwebhooks` makes the deliveries of the tests, but does not check ours. It reads the body as text before it hashes, so that bytes that
 * are not UTF-8 pass under the signature of other bytes; it leaves early, so that the time it takes tells what was wrong; it looks at the clock itself; and
 * its SHA-256 in plain JavaScript holds up the whole process ten times as long, for anyone who sends a large body.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";

/** How far a delivery's time may lie from ours, either way: a recorded delivery is of no use after that. */
const TOLERANCE_SECONDS = 300;
const VERSION = "v1,";

/** A delivery as it came. */
export interface Delivery {
  /** Its headers, `webhook-id`, `webhook-timestamp` and `webhook-signature` among them. */
  headers: Headers;
  /** Its body, byte for byte. */
  body: Uint8Array;
}

/**
 * Whether a delivery was signed, of late, with one of the keys. Every signature is compared with every key whatever is wrong, so that the time it takes does
 * not tell what that is.
 */
export function isSigned({ headers, body }: Delivery, { keys, now }: { keys: readonly Uint8Array[]; now: Date }): boolean {
  const id = headers.get("webhook-id") ?? "";
  const timestamp = headers.get("webhook-timestamp") ?? "";
  const signatures = (headers.get("webhook-signature") ?? "").split(" ").filter((one) => one.startsWith(VERSION)).map((one) => one.slice(VERSION.length));
  let matches = false;
  for (const key of keys) {
    const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
    for (const signature of signatures) matches = isSame(signature, expected) || matches;
  }
  return matches && id !== "" && isFresh(timestamp, now);
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function isFresh(timestamp: string, now: Date): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(Math.floor(now.getTime() / 1000) - Number(timestamp)) <= TOLERANCE_SECONDS;
}
