import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Buffer } from "node:buffer";
import { createHmac, randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { isSigned } from "./signature.ts";

const NOW = new Date("2024-03-01T12:00:00Z");
const NOW_SECONDS = NOW.getTime() / 1000;
const KEY = randomBytes(32);
const OTHER_KEY = randomBytes(24);

function sign(body: string, { key = KEY, id = "msg_1", at = NOW }: { key?: Uint8Array; id?: string; at?: Date } = {}): Record<string, string> {
  const signature = new Webhook(key, { format: "raw" }).sign(id, at, body);
  return { "webhook-id": id, "webhook-timestamp": String(Math.floor(at.getTime() / 1000)), "webhook-signature": signature };
}

function check(headers: Record<string, string>, body: string | Uint8Array, keys: Uint8Array[] = [KEY]): boolean {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return isSigned({ headers: new Headers(headers), body: bytes }, { keys, now: NOW });
}

Deno.test("isSigned() agrees with the published example of Standard Webhooks", () => {
  const headers = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  };
  const keys = [Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64")];
  const body = new TextEncoder().encode(`{"test": 2432232314}`);
  assertEquals(isSigned({ headers: new Headers(headers), body }, { keys, now: new Date(1614265330_000) }), true);
});

Deno.test("isSigned() takes what the official client signed, whatever is in it", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.stringMatching(/^[\w.-]{1,40}$/), (body, id) => {
    assertEquals(check(sign(body, { id }), body), true);
  }));
});

Deno.test("isSigned() refuses a body with any one bit turned over", () => {
  const body = new TextEncoder().encode('{"from":"trips_2024-01.csv"}');
  const headers = sign(new TextDecoder().decode(body));
  for (let bit = 0; bit < body.length * 8; bit++) {
    const tampered = body.with(bit >> 3, body[bit >> 3]! ^ (1 << (bit & 7)));
    assertEquals(check(headers, tampered), false, `bit ${bit}`);
  }
});

Deno.test("isSigned() hashes bytes, not text: what is not UTF-8 does not pass for its replacement", () => {
  assertEquals(check(sign("\ufffd"), new Uint8Array([0xff])), false);
});

Deno.test("isSigned() refuses another id or time than was signed", () => {
  const headers = sign("{}");
  assertEquals(check({ ...headers, "webhook-id": "msg_2" }, "{}"), false);
  assertEquals(check({ ...headers, "webhook-timestamp": String(NOW_SECONDS - 1) }, "{}"), false);
});

Deno.test("isSigned() takes five minutes either way, and not a second more", () => {
  for (const [offset, expected] of [[-301, false], [-300, true], [300, true], [301, false]] as const) {
    assertEquals(check(sign("{}", { at: new Date((NOW_SECONDS + offset) * 1000) }), "{}"), expected, `${offset} s`);
  }
});

Deno.test("isSigned() refuses a delivery that lacks a header", () => {
  for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
    const { [name]: _, ...headers } = sign("{}");
    assertEquals(check(headers, "{}"), false, name);
  }
});

Deno.test("isSigned() refuses an empty id, even when signed", () => {
  const signature = createHmac("sha256", KEY).update(`.${NOW_SECONDS}.{}`).digest("base64");
  assertEquals(check({ "webhook-id": "", "webhook-timestamp": String(NOW_SECONDS), "webhook-signature": `v1,${signature}` }, "{}"), false);
});

Deno.test("isSigned() refuses times that are not whole seconds, even when signed", () => {
  for (const time of ["", "now", `${NOW_SECONDS}x`, `${NOW_SECONDS}.0`, `+${NOW_SECONDS}`, "1709294400e0", "0x65e1c340", "NaN"]) {
    const signature = createHmac("sha256", KEY).update(`msg_1.${time}.{}`).digest("base64");
    assertEquals(check({ "webhook-id": "msg_1", "webhook-timestamp": time, "webhook-signature": `v1,${signature}` }, "{}"), false, time);
  }
});

Deno.test("isSigned() takes one right signature among several, of version v1 alone", () => {
  const right = sign("{}")["webhook-signature"]!;
  const wrong = sign("{}", { key: OTHER_KEY })["webhook-signature"]!;
  const signed = (signature: string) => check({ ...sign("{}"), "webhook-signature": signature }, "{}");
  assertEquals(signed(`${wrong} ${right}`), true);
  assertEquals(signed(`v1a,AAAA ${right} v2,BBBB`), true);
  for (const signature of [wrong, right.replace("v1,", "v2,"), right.replace("v1,", ""), "v1,", "v1", " ", right.slice(0, -1), `${right}=`]) {
    assertEquals(signed(signature), false, signature);
  }
});

Deno.test("isSigned() takes any of the keys, so that one can be put in place of another", () => {
  assertEquals(check(sign("{}", { key: OTHER_KEY }), "{}", [KEY, OTHER_KEY]), true);
  assertEquals(check(sign("{}", { key: OTHER_KEY }), "{}", [KEY]), false);
  assertEquals(check(sign("{}"), "{}", []), false);
});
