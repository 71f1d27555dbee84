/**
 * The secrets that deliveries are signed with.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { UsageError } from "@wap/core/errors";

const PREFIX = "whsec_";
const BASE64_REGEXP = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Reads Standard Webhooks secrets: base64, with or without the prefix `whsec_`; several, comma-separated, while one is put in place of another.
 *
 * @param name The environment variable, for messages; the secrets themselves go into none.
 * @param value What it holds.
 * @returns The keys, at least one.
 * @throws {UsageError} If there is no secret, or one of them is not base64.
 */
export function parseSecrets(name: string, value: string | undefined): Uint8Array[] {
  const secrets = (value ?? "").split(",").map((secret) => secret.trim()).filter((secret) => secret !== "");
  if (secrets.length === 0) {
    throw new UsageError(`Cannot check signatures: the environment variable ${name} is not set`, {
      code: "secret_missing",
      hint: `Set ${name} to the secret that the sender signs with, and start the server again`,
    });
  }
  return secrets.map((secret) => parseSecret(name, secret));
}

function parseSecret(name: string, secret: string): Uint8Array {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  if (BASE64_REGEXP.test(text) && text.length % 4 === 0) return Buffer.from(text, "base64");
  throw new UsageError(`Cannot check signatures: a secret in the environment variable ${name} is not base64`, {
    code: "secret_invalid",
    hint: `Set ${name} to secrets of the form ${PREFIX}<base64>, separated by commas`,
  });
}
