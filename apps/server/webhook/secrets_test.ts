import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "@wap/core/errors";
import { parseSecrets } from "./secrets.ts";

const ONE = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/** What `echo -n MfKQ… | base64 -d | xxd -p` prints. */
const ONE_HEX = "31f290f6bf06298aab4f08d43c3f082cf648a362da2da4b0";

Deno.test("parseSecrets() decodes base64, with and without its prefix", () => {
  for (const text of [ONE, `whsec_${ONE}`, `  whsec_${ONE}\n`]) {
    assertEquals(parseSecrets("HOOK_SECRET", text).map((key) => key.toHex()), [ONE_HEX]);
  }
});

Deno.test("parseSecrets() takes several, comma-separated", () => {
  assertEquals(parseSecrets("HOOK_SECRET", `whsec_${ONE}, whsec_AAEC,`).map((key) => key.toHex()), [ONE_HEX, "000102"]);
});

Deno.test("parseSecrets() refuses to go without a secret", () => {
  for (const text of [undefined, "", " ", ",", " , "]) {
    assertThrows(() => parseSecrets("HOOK_SECRET", text), UsageError, "HOOK_SECRET is not set");
  }
});

Deno.test("parseSecrets() refuses what is not base64, and does not repeat it", () => {
  for (const text of ["hunter2!", "whsec_", "whsec_abc", `${ONE},pass word`, "whsec_=abc", "c2VjcmV0=="]) {
    const error = assertThrows(() => parseSecrets("HOOK_SECRET", text), UsageError, "HOOK_SECRET is not base64");
    for (const secret of text.replaceAll("whsec_", "").split(",")) if (secret) assertEquals(`${error.message} ${error.hint}`.includes(secret), false);
  }
});
