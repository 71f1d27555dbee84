/**
 * Headers that keep browsers from doing anything with an answer but showing it.
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

/** Sets the security headers. Whether to insist on TLS is for the proxy that ends it. */
export function secureAnswers(): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    xFrameOptions: "DENY",
    strictTransportSecurity: false,
  });
}
