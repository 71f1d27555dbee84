/**
 * Getting source files ready to be read: fetched if they are elsewhere, summed up, looked into.
 *
 * @module
 */
import type { FileFormat, PlannedFile } from "@wap/core";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Session } from "../duckdb/session.ts";
import type { InspectedFile } from "../sources/agreement.ts";
import { downloadFile, type DownloadLimits, downloadPath } from "../sources/download.ts";
import { type FileSum, fingerprintFile, isUnchanged, markFile, sourceChanged } from "../sources/fingerprint.ts";
import { inspectFile } from "../sources/inspect.ts";
import type { Inspection } from "../sources/inspection.ts";
import type { SourceFile } from "../sources/source_file.ts";
import type { Staging } from "../storage/staging.ts";

/** A source file on this machine. */
export interface ReadySource extends FileSum {
  /** Its URI. */
  uri: string;
  /** What to call it in messages. */
  name: string;
  /** Where its content is. */
  path: string;
  /** How it is written. */
  format: FileFormat;
}

const REMEMBERED_FILES = 1000;

/** Fetches and inspects source files; remembers what it found by content. */
export class SourceAccess {
  readonly #staging: Staging;
  readonly #limits: DownloadLimits;
  readonly #inspections = new Map<string, Inspection>();
  readonly #sums = new Map<string, FileSum>();

  /** Makes an access that keeps downloads and mended copies in `staging`. */
  constructor(staging: Staging, limits: DownloadLimits) {
    this.#staging = staging;
    this.#limits = limits;
  }

  /** Fetches a source if need be and sums it up. @throws {TerminalError} @throws {RetryableError} */
  async prepare(source: SourceFile, signal?: AbortSignal): Promise<ReadySource> {
    const { uri, name, format } = source;
    if (source.path !== null) return { uri, name, format, path: source.path, ...await this.#sumUp(source.path, { name, signal }) };
    return { uri, name, format, ...await downloadFile(uri, { ...this.#limits, name, folder: await this.#staging.keep(), signal }) };
  }

  /** Gets a planned file ready again. @throws {TerminalError} If its content is another. */
  async reopen(planned: PlannedFile, signal?: AbortSignal): Promise<ReadySource> {
    const { uri, format } = planned;
    const source = uri.startsWith("file:") ? { path: fileURLToPath(uri), name: fileURLToPath(uri) } : await this.#findDownload(planned);
    const ready = await this.prepare({ uri, format, ...source }, signal);
    if (ready.fingerprint !== planned.fingerprint) throw sourceChanged(ready.name);
    return ready;
  }

  /** Looks into a file that a session may read. @throws {TerminalError} */
  async inspect(session: Session, source: ReadySource, signal?: AbortSignal): Promise<InspectedFile> {
    const { name, format, size } = source;
    const key = keyOf(source);
    const known = this.#inspections.get(key);
    if (known !== undefined && await isThere(known.path)) return { name, inspection: known };
    const inspection = await inspectFile(session, source, { format, size, stagingFolder: await this.#staging.keep(), signal });
    this.#inspections.set(key, inspection);
    forgetOldest(this.#inspections);
    return { name, inspection };
  }

  /** Removes the copies of files that were imported: nobody needs them any more. */
  async release(sources: readonly ReadySource[]): Promise<void> {
    for (const source of sources) {
      const key = keyOf(source);
      const copies = [source.path, this.#inspections.get(key)?.path].filter((path) => path?.startsWith(`${this.#staging.folder}/`));
      for (const path of copies) await rm(path!, { force: true });
      this.#inspections.delete(key);
    }
  }

  /** A file that still looks as it did when it was summed up is not read again. */
  async #sumUp(path: string, options: { name: string; signal?: AbortSignal }): Promise<FileSum> {
    const known = this.#sums.get(path);
    if (known !== undefined && isUnchanged(known.mark, await markFile(path, options))) return known;
    const sum = await fingerprintFile(path, options);
    this.#sums.set(path, sum);
    forgetOldest(this.#sums);
    return sum;
  }

  /** What was downloaded when the import was planned is what was planned, whatever the server has now. */
  async #findDownload({ uri, fingerprint }: PlannedFile): Promise<Pick<SourceFile, "name" | "path">> {
    const { origin, pathname } = new URL(uri);
    const path = downloadPath(await this.#staging.keep(), fingerprint);
    return { name: origin + pathname, path: await isThere(path) ? path : null };
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > REMEMBERED_FILES) map.delete(oldest!);
}

function keyOf({ fingerprint, uri }: ReadySource): string {
  return `${fingerprint} ${uri}`;
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
