/**
 * `wap serve` as a process of its own, on a port that the system chose.
 *
 * @module
 */
import { Webhook } from "standardwebhooks";
import type { WapHome } from "./wap_process.ts";

/** The secret that its deliveries are signed with. */
export const SECRET = "whsec_c2VjcmV0IG9mIHRoZSBlbmQgdG8gZW5kIHRlc3RzISE=";

/** The answer to a delivery. */
export interface DeliveryAnswer {
  /** The HTTP status. */
  status: number;
  /** The run, where there is one. */
  body: { id: string; url: string; state: string; error?: { code: string; field?: string } };
}

/** A server that runs; killed when the test is over, if it still lives then. */
export class WapServer implements AsyncDisposable {
  /** Where it listens. */
  readonly url: string;
  readonly #child: Deno.ChildProcess;
  readonly #log: LineLog;

  private constructor(child: Deno.ChildProcess, log: LineLog, url: string) {
    this.#child = child;
    this.#log = log;
    this.url = url;
  }

  /** Starts a server on a home; its working directory is the home's folder. Done once it listens. */
  static async start(home: WapHome, { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {}): Promise<WapServer> {
    const child = home.command(["serve", "--port", "0", ...args], { env: { HOOK_SECRET: SECRET, ...env } }).spawn();
    const log = new LineLog(child.stderr);
    const [, url] = await log.find(/^wap serves on (http:\/\/\S+)$/);
    return new WapServer(child, log, url!);
  }

  /** Ends it, if a test left it alive. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#child.status;
    await Promise.all([this.#child.stdout.cancel(), this.#log.done]);
  }

  /** Sends a signal. */
  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** The exit code and the signal that ended it, once it ended. */
  async ended(): Promise<[code: number, signal: Deno.Signal | null]> {
    const { code, signal } = await this.#child.status;
    return [code, signal];
  }

  /** The first line on stderr that fits, printed already or still to come. */
  find(pattern: RegExp): Promise<RegExpMatchArray> {
    return this.#log.find(pattern);
  }

  /** All of stderr, once it ended. */
  async printed(): Promise<string> {
    await this.#log.done;
    return this.#log.text;
  }

  /** Waits until a run was executed as far as it goes; answers its state. */
  async executed(runId: string): Promise<string> {
    const { input } = await this.find(new RegExp(`"event":"run_executed","run":"${runId}"`));
    return JSON.parse(input!).state;
  }

  /** Sends a signed delivery. */
  async deliver(flow: string, body: unknown, { id, secret = SECRET }: { id: string; secret?: string }): Promise<DeliveryAnswer> {
    const [text, at] = [JSON.stringify(body), new Date()];
    const response = await fetch(`${this.url}/webhooks/${flow}`, {
      method: "POST",
      body: text,
      headers: {
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
        "webhook-signature": new Webhook(secret).sign(id, at, text),
      },
    });
    return { status: response.status, body: await response.json() };
  }

  /** What a path answers. */
  async get(path: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(new URL(path, this.url));
    return { status: response.status, body: await response.json() };
  }
}

/** The lines of a stream, kept, so that one can be waited for that came already. */
class LineLog {
  readonly #lines: string[] = [];
  readonly done: Promise<void>;
  #changed = Promise.withResolvers<void>();
  #ended = false;

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.done = this.#read(stream);
  }

  get text(): string {
    return this.#lines.join("\n");
  }

  async find(pattern: RegExp): Promise<RegExpMatchArray> {
    for (let at = 0;; at++) {
      while (at === this.#lines.length) {
        if (this.#ended) throw new Error(`Cannot find ${pattern}: the process ended after printing\n${this.text}`);
        await this.#changed.promise;
      }
      const match = this.#lines[at]!.match(pattern);
      if (match) return match;
    }
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      this.#lines.push(...lines);
      this.#notify();
    }
    this.#ended = true;
    this.#notify();
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
