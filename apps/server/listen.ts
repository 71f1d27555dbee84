/**
 * Listening for HTTP.
 *
 * @module
 */
import { UsageError } from "@wap/core/errors";

/** A server that listens. */
export interface Listener {
  /** Where, as a URL. */
  url: string;
  /** Takes no new connections; done once the requests under way are answered. */
  close: () => Promise<void>;
}

/**
 * Listens on a port.
 *
 * @param fetch Answers requests.
 * @param options `host` is a name or address; `port` 0 takes a free one.
 * @throws {UsageError} If the port or the host cannot be used.
 */
export function listen(fetch: (request: Request) => Response | Promise<Response>, { host, port }: { host: string; port: number }): Listener {
  try {
    const server = Deno.serve({ hostname: host, port, onListen: () => {} }, (request) => fetch(request));
    return { url: urlOf(server.addr), close: () => server.shutdown() };
  } catch (cause) {
    throw new UsageError(`Cannot serve on ${host}:${port}: ${explain(cause)}`, {
      code: "cannot_listen",
      hint: "Choose another --port or --host; --port 0 takes a free port",
      cause,
    });
  }
}

function urlOf({ hostname, port }: Deno.NetAddr): string {
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

function explain(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) return "another process uses the port";
  if (error instanceof Deno.errors.AddrNotAvailable) return "this machine does not have the address";
  if (error instanceof Deno.errors.PermissionDenied) return "no permission to use the port";
  return error instanceof Error ? error.message : String(error);
}
