/**
 * Validating what a request says.
 *
 * @module
 */
import type { z } from "zod";
import { HttpError } from "./http_error.ts";

/**
 * Validates input of a request.
 *
 * @param schema What it has to be.
 * @param input What was sent.
 * @param options `whole` names the input itself, for a fault that lies in no field of it.
 * @throws {HttpError} 422, naming the field at fault.
 */
export function validate<T>(schema: z.ZodType<T>, input: unknown, { whole }: { whole: string }): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  if (issue.code === "unrecognized_keys") throw invalidField(issue.keys[0]!, "there is no such field");
  const field = issue.path.length === 0 ? whole : issue.path.join(".");
  throw invalidField(field, issue.message);
}

/** An error that names the field at fault. */
export function invalidField(field: string, why: string): HttpError {
  return new HttpError(`Cannot take "${field}": ${why}`, { status: 422, code: "invalid_input", field });
}
