/**
 * Downloading source files into staging: streamed, hashed on the way, never in memory as a whole.
 *
 * @module
 */
import { RetryableError, TerminalError, WapError } from "@wap/core";
import { createHash } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type FileSum, type Fingerprint, markFile } from "./fingerprint.ts";

/** Limits of downloads. */
export interface DownloadLimits {
  /** Bytes of one file. @default {107374182400} */
  maxBytes?: number;
  /** Milliseconds without a byte after which a download is given up. @default {60000} */
  idleTimeoutMs?: number;
}

/** What {@linkcode downloadFile} needs besides the URL. */
export interface DownloadOptions extends DownloadLimits {
  /** What to call the file in messages. */
  name: string;
  /** The folder it goes to, under a name made of its content. */
  folder: string;
  /** Stops the download. */
  signal?: AbortSignal;
}

/** A downloaded file. */
export interface Download extends FileSum {
  /** Where it is. */
  path: string;
}

const TRANSIENT_STATUS = [408, 425, 429];

/** Where a download of some content is kept. */
export function downloadPath(folder: string, fingerprint: string): string {
  return join(folder, `download-${fingerprint}`);
}

/**
 * Downloads a file.
 *
 * @param url Its http(s) URL; redirects are followed.
 * @param options Where it goes, and limits.
 * @returns The file.
 * @throws {TerminalError} If the server refuses it, or it is larger than `maxBytes`.
 * @throws {RetryableError} If the server or the connection fails.
 */
export async function downloadFile(url: string, options: DownloadOptions): Promise<Download> {
  const { name, folder, signal, maxBytes = 100 * 1024 ** 3, idleTimeoutMs = 60_000 } = options;
  const path = join(folder, `download-${crypto.randomUUID()}.part`);
  const idle = new IdleTimer(idleTimeoutMs);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([idle.signal, ...(signal ? [signal] : [])]) });
    if (!response.ok) {
      await response.body?.cancel();
      throw refused(name, response.status);
    }
    const sum = await save(response.body ?? new Blob().stream(), path, { maxBytes, onBytes: () => idle.restart() });
    if (sum === null) throw new TerminalError(`Cannot download "${name}": it is larger than ${maxBytes} bytes`, { code: "too_large" });
    const kept = downloadPath(folder, sum.fingerprint);
    await rename(path, kept);
    return { ...sum, path: kept, mark: await markFile(kept, { name }) };
  } catch (error) {
    await rm(path, { force: true });
    signal?.throwIfAborted();
    if (error instanceof WapError) throw error;
    const why = idle.signal.aborted ? `nothing came for ${idleTimeoutMs / 1000} seconds` : "the connection failed";
    throw new RetryableError(`Cannot download "${name}": ${why}`, { code: "download_failed", hint: "Try again later", cause: error });
  } finally {
    idle.stop();
  }
}

/** Aborts its signal when it was not restarted for a while. */
class IdleTimer {
  readonly #controller = new AbortController();
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout>;

  constructor(ms: number) {
    this.#ms = ms;
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    this.stop();
    this.#timer = this.#start();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #start(): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#controller.abort(), this.#ms);
  }
}

/** Writes a body to a file; null when there is too much of it. */
async function save(
  body: ReadableStream<Uint8Array>,
  path: string,
  { maxBytes, onBytes }: { maxBytes: number; onBytes: () => void },
): Promise<Fingerprint | null> {
  const hash = createHash("sha256");
  let size = 0;
  using file = await Deno.open(path, { write: true, createNew: true });
  for await (const chunk of body) {
    onBytes();
    size += chunk.length;
    if (size > maxBytes) return null;
    hash.update(chunk);
    for (let written = 0; written < chunk.length;) written += await file.write(chunk.subarray(written));
  }
  return { fingerprint: hash.digest("hex"), size };
}

function refused(name: string, status: number): Error {
  const message = `Cannot download "${name}": the server answers ${status}`;
  if (status >= 500 || TRANSIENT_STATUS.includes(status)) return new RetryableError(message, { code: "download_failed", hint: "Try again later" });
  return new TerminalError(message, { code: "download_failed", hint: "Look at the URL, and whether it may be read without signing in" });
}
