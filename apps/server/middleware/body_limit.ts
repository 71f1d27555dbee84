/**
 * A limit on bodies, kept while they are read: a length that a header promises, or does not, is no protection.
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";
import { HttpError } from "../http_error.ts";

/** Refuses bodies of more than `maxBytes`: at once where the length is announced, else as soon as reading gets there. @throws {HttpError} 413. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  return async function limitBody({ req }, next) {
    const { method, url, body, headers } = req.raw;
    if (Number(headers.get("content-length")) > maxBytes) throw tooLarge(maxBytes);
    if (body) req.raw = new Request(url, { method, headers, body: body.pipeThrough(limitBytes(maxBytes)) });
    await next();
  };
}

function limitBytes(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let read = 0;
  return new TransformStream({
    transform(chunk, controller) {
      read += chunk.byteLength;
      if (read > maxBytes) throw tooLarge(maxBytes);
      controller.enqueue(chunk);
    },
  });
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError(`Cannot take the body: it has more than ${maxBytes} bytes`, { status: 413, code: "body_too_large" });
}
