/**
 * A lakehouse in one process, used from others: it outlives them when they are killed. The port's methods as POST requests on loopback, rows as Arrow streams.
 *
 * @module
 */
import {
  AlreadyExistsError,
  HeadMovedError,
  type Lakehouse,
  MergeConflictError,
  NotFoundError,
  OutcomeUnknownError,
  RetryableError,
  TerminalError,
  UsageError,
  WapError,
} from "@wap/core";
import { type RecordBatch, Table, tableFromIPC, tableToIPC } from "apache-arrow";

type Method = (...args: unknown[]) => unknown;

const ERRORS = { AlreadyExistsError, HeadMovedError, MergeConflictError, NotFoundError, OutcomeUnknownError, RetryableError, TerminalError, UsageError };
const ARROW = "application/vnd.apache.arrow.stream";

/** Lends lakehouses to other processes. */
export class LakehouseHost implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #lakehouses = new Map<string, Lakehouse>();

  /** Listens on a port that the system chose. */
  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => this.#answer(request));
  }

  /** Stops listening; the lakehouses stay open. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  /** Lends a lakehouse; answers the URL to reach it by. */
  lend(lakehouse: Lakehouse): string {
    const id = crypto.randomUUID();
    this.#lakehouses.set(id, lakehouse);
    return `http://127.0.0.1:${this.#server.addr.port}/${id}`;
  }

  async #answer(request: Request): Promise<Response> {
    const [, id, name] = new URL(request.url).pathname.split("/");
    const lakehouse = this.#lakehouses.get(id!)!;
    try {
      const answer = (lakehouse[name as keyof Lakehouse] as Method).apply(lakehouse, await request.json());
      if (name === "query") return arrowResponse(await answer as Table);
      if (name === "scan") return arrowResponse(new Table(await Array.fromAsync(answer as AsyncIterable<RecordBatch>)));
      if (name === "log") return Response.json(await Array.fromAsync(answer as AsyncIterable<unknown>));
      return Response.json(await answer ?? null);
    } catch (error) {
      const { name, message } = error as Error;
      return Response.json({ ...error as object, name, message }, { status: 500 });
    }
  }
}

/** The lakehouse that a host lends under a URL. */
export function borrowLakehouse(url: string): Lakehouse {
  return new Proxy({ kind: "memory" } as Lakehouse, {
    get(target, key) {
      if (key === Symbol.asyncDispose) return () => Promise.resolve();
      if (typeof key === "symbol" || key === "kind" || key === "then") return Reflect.get(target, key);
      const call = (args: unknown[]) => callRemote(`${url}/${key}`, args);
      if (key === "query") return async (...args: unknown[]) => tableFromIPC(await (await call(args)).bytes());
      if (key === "scan") return (...args: unknown[]) => readBatches(call(args));
      if (key === "log") return (...args: unknown[]) => readList(call(args));
      return async (...args: unknown[]) => (await call(args)).json();
    },
  });
}

async function callRemote(url: string, args: unknown[]): Promise<Response> {
  const signal = args.map((arg) => (arg as { signal?: AbortSignal } | undefined)?.signal).find((one) => one !== undefined);
  const body = JSON.stringify(args, (_, value) => (value instanceof AbortSignal ? undefined : value));
  const response = await fetch(url, { method: "POST", body, signal });
  if (response.ok) return response;
  const fields: { name: string } = await response.json();
  const kind = Object.hasOwn(ERRORS, fields.name) ? ERRORS[fields.name as keyof typeof ERRORS] : WapError;
  throw Object.assign(Object.create(kind.prototype), fields);
}

async function* readBatches(response: Promise<Response>): AsyncGenerator<RecordBatch> {
  yield* tableFromIPC(await (await response).bytes()).batches;
}

async function* readList(response: Promise<Response>): AsyncGenerator<unknown> {
  yield* await (await response).json();
}

function arrowResponse(table: Table): Response {
  return new Response(tableToIPC(table, "stream") as Uint8Array<ArrayBuffer>, { headers: { "content-type": ARROW } });
}
