/**
 * What makes a source file the same file again: the SHA-256 of its content.
 *
 * @module
 */
import { TerminalError } from "@wap/core";
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";

const CHUNK_BYTES = 256 * 1024;

/** A file's content in short. */
export interface Fingerprint {
  /** The SHA-256 of the content, in hexadecimal digits. */
  fingerprint: string;
  /** Bytes. */
  size: number;
}

/** Which content a file has, as far as the file system tells. */
export interface FileMark {
  /** Bytes. */
  size: number;
  /** When its content was last written, in nanoseconds since 1970. */
  written: bigint;
  /** When anything about it last changed, in nanoseconds since 1970: unlike the time of writing, nobody can set it. */
  changed: bigint;
  /** Which file it is; another one may have been put in its place. */
  inode: bigint;
}

/** A file's content in short, and how the file looked then. */
export interface FileSum extends Fingerprint {
  /** How the file looked. */
  mark: FileMark;
}

/**
 * Reads a file once and sums it up.
 *
 * @param path The file.
 * @param options What to call it in messages, and the signal that stops the reading.
 * @returns Its fingerprint, its size and how it looked.
 * @throws {TerminalError} If it cannot be read, or is changed meanwhile.
 */
export async function fingerprintFile(path: string, options: { name: string; signal?: AbortSignal }): Promise<FileSum> {
  const before = await markFile(path, options);
  const hash = createHash("sha256");
  try {
    using file = await Deno.open(path, { read: true });
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (let length = await file.read(buffer); length !== null; length = await file.read(buffer)) {
      options.signal?.throwIfAborted();
      hash.update(buffer.subarray(0, length));
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    throw unreadable(options.name, error);
  }
  if (!isUnchanged(before, await markFile(path, options))) throw sourceChanged(options.name);
  return { fingerprint: hash.digest("hex"), size: before.size, mark: before };
}

/** Notes which content a file has, so that a later change can be told. @throws {TerminalError} If there is no such file. */
export async function markFile(path: string, { name }: { name: string }): Promise<FileMark> {
  try {
    const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
    return { size: Number(size), written: mtimeNs, changed: ctimeNs, inode: ino };
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** Whether a file is still what it was. */
export function isUnchanged(before: FileMark, after: FileMark): boolean {
  return before.size === after.size && before.written === after.written && before.changed === after.changed && before.inode === after.inode;
}

/** The error for a file that changed after it was looked at. */
export function sourceChanged(name: string): TerminalError {
  return new TerminalError(`Cannot import "${name}": its content changed after the import was planned`, {
    code: "source_changed",
    hint: "Import it when nothing writes to it any more",
  });
}

const WHY_BY_CODE: Record<string, string> = { ENOENT: "there is no such file", EACCES: "permission denied", EPERM: "permission denied" };

function unreadable(name: string, error: unknown): TerminalError {
  const why = WHY_BY_CODE[(error as { code?: string }).code ?? ""] ?? String(error);
  return new TerminalError(`Cannot read "${name}": ${why}`, { code: "unreadable_file", cause: error });
}
