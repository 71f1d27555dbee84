/**
 * What the body of a delivery may say about a run: which files, and nothing that would weaken the audit.
 *
 * @module
 */
import { z } from "zod";
import { invalidField, validate } from "../validate.ts";

/** A field that is not known is refused: a misspelt `from` must not run the flow on its own files. */
const schema = z.strictObject({
  from: z.union([z.string().min(1), z.array(z.string().min(1))], "expected a path, glob or URL, or a list of them").optional(),
});

/** The input of a delivery. */
export interface DeliveryInput {
  /** Files in place of the flow's. */
  from?: string[];
}

/**
 * Reads the body of a delivery.
 *
 * @param body Its bytes, whose signature was checked.
 * @throws {HttpError} 422, naming the field at fault.
 */
export function readDelivery(body: Uint8Array): DeliveryInput {
  const { from } = validate(schema, parseJson(body), { whole: "body" });
  return { from: typeof from === "string" ? [from] : from };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw invalidField("body", "it is not JSON");
  }
}
