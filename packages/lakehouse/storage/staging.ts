/**
 * The staging folder of a lakehouse: downloads, mended copies and half-written files, none of which is part of any table.
 *
 * Everything one piece of work leaves there is in a folder of its own, named after its process, so that what a killed process left can be told and removed.
 *
 * @module
 */
import { mkdir, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";

/** What nobody used for this long belongs to nobody. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;
const FOLDER_REGEXP = /^([\w.-]+)\+(\d+)\+/;

/** A staging folder. */
export class Staging {
  /** Where it is. */
  readonly folder: string;

  /** Names a staging folder; it is made when it is needed. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes a folder for one piece of work; it and everything in it is removed at the end. */
  async open(): Promise<AsyncDisposable & { path: string }> {
    const path = join(this.folder, `${hostname()}+${process.pid}+${crypto.randomUUID()}`);
    await mkdir(path, { recursive: true });
    return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
  }

  /** Where a copy that outlives one piece of work is kept until it is abandoned: a download, a mended file. Made if it is not there. */
  async keep(): Promise<string> {
    const path = join(this.folder, "kept");
    await mkdir(path, { recursive: true });
    return path;
  }

  /** What killed processes left behind: their folders, and copies that nobody used for so long. */
  async findLeftBehind({ olderThanMs = ABANDONED_MS }: { olderThanMs?: number } = {}): Promise<string[]> {
    const kept = await listOrNone(join(this.folder, "kept"));
    const folders = (await listOrNone(this.folder)).filter((path) => basename(path) !== "kept");
    const found: string[] = [];
    for (const path of [...kept, ...folders]) if (await isLeftBehind(path, olderThanMs)) found.push(path);
    return found;
  }

  /** Removes what killed processes left behind. */
  async sweep(): Promise<void> {
    for (const path of await this.findLeftBehind()) await rm(path, { recursive: true, force: true });
  }
}

/** Whether nobody works with a path any more; as long as its process lives, somebody does. */
async function isLeftBehind(path: string, olderThanMs: number): Promise<boolean> {
  const [, host, pid] = FOLDER_REGEXP.exec(basename(path)) ?? [];
  return host === hostname() ? !isAlive(Number(pid)) : await isAbandoned(path, olderThanMs);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function isAbandoned(path: string, olderThanMs: number): Promise<boolean> {
  try {
    const { mtime } = await Deno.stat(path);
    return mtime !== null && Date.now() - mtime.getTime() > olderThanMs;
  } catch {
    return false;
  }
}

async function listOrNone(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
