/**
 * A home for a crash test, in a temporary folder: processes that work in it, and a look at what they left.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Lakehouse } from "@wap/core";
import { type FaultPoint, parseFaultPoint, type Side } from "@wap/core/crash";
import { RunStore } from "@wap/core/store";
import { openLakehouse } from "@wap/lakehouse";

// Programs to be started, not modules to be imported.
const FOLDER = dirname(fileURLToPath(import.meta.url));
const WAP = join(FOLDER, "../main.ts");
const CRASH_PROCESS = join(FOLDER, "crash_process.ts");

/** Where a process is to die. */
export interface Death {
  /** Which call of the process, from 1. */
  number: number;
  /** On which side of it. */
  side: Side;
}

/** How a process ended. */
export interface ProcessEnd {
  /** Its exit code; null if a signal ended it. */
  code: number | null;
  /** What it printed on stderr. */
  stderr: string;
}

/** How an observed process ended. */
export interface ObservedEnd extends ProcessEnd {
  /** The fault points it passed; the last one is where it died, if it died. */
  points: FaultPoint[];
}

/** The run of a home: each has one. */
export interface KnownRun {
  /** Its id. */
  id: string;
  /** Differs whenever something that happened to the run, or was asked of it, has been stored. */
  mark: string;
}

/** Options of {@linkcode CrashHome.make}. */
export interface CrashHomeOptions {
  /** Where processes run: relative paths of a flow start there. */
  cwd: string;
  /** Another lakehouse than the embedded one, closed with the home; and the observed program, with its first arguments, whose processes reach it. */
  elsewhere?: { lakehouse: Lakehouse; program: string[] };
}

/** A home in a temporary folder; closing it takes it away. */
export class CrashHome implements AsyncDisposable {
  /** The home itself; not there until something makes it. */
  readonly path: string;
  readonly #folder: string;
  readonly #cwd: string;
  readonly #elsewhere: CrashHomeOptions["elsewhere"];

  private constructor(folder: string, { cwd, elsewhere }: CrashHomeOptions) {
    this.path = join(folder, "home");
    this.#folder = folder;
    this.#cwd = cwd;
    this.#elsewhere = elsewhere;
  }

  /** Makes an empty home. */
  static async make(options: CrashHomeOptions): Promise<CrashHome> {
    return new CrashHome(await mkdtemp(join(tmpdir(), "wap-crash-")), options);
  }

  /** Takes it away. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#elsewhere?.lakehouse[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Runs `wap` as people do. `<id>` stands for the run's id. */
  wap(args: string[]): Promise<ProcessEnd> {
    return this.#elsewhere ? this.observed(args, null) : this.#start([WAP, ...this.#fillIn(args)]);
  }

  /** Runs `wap` in a process that notes its fault points, and dies at one of them if asked. */
  async observed(args: string[], death: Death | null): Promise<ObservedEnd> {
    const journal = join(this.#folder, "journal");
    const program = this.#elsewhere?.program ?? [CRASH_PROCESS];
    const end = await this.#start([...program, journal, death === null ? "-" : `${death.number}:${death.side}`, ...this.#fillIn(args)]);
    const lines = existsSync(journal) ? (await readFile(journal, "utf8")).split("\n").slice(0, -1) : [];
    return { ...end, points: lines.map(parseFaultPoint) };
  }

  /** Looks at the store; it is null where nothing was ever stored. */
  readStore<T>(read: (store: RunStore | null) => T): T {
    const path = join(this.path, "wap.db");
    if (!existsSync(path)) return read(null);
    using store = RunStore.open(path);
    return read(store);
  }

  /** Looks at the lakehouse. */
  async readLakehouse<T>(read: (lakehouse: Lakehouse) => Promise<T>): Promise<T> {
    if (this.#elsewhere) return await read(this.#elsewhere.lakehouse);
    await using lakehouse = openLakehouse({ path: join(this.path, "lakehouse") });
    return await read(lakehouse);
  }

  /** The home's run, or null if none was stored. */
  findRun(): KnownRun | null {
    return this.readStore((store) => {
      const run = store?.list({ limit: 1 })[0];
      return run === undefined ? null : { id: run.id, mark: `${run.eventCount} ${run.cancelBy}` };
    });
  }

  /** Files and folders below each part of the lakehouse's folder. */
  async countFiles(): Promise<Record<string, number>> {
    const root = join(this.path, "lakehouse");
    const counts: Record<string, number> = {};
    if (!existsSync(root)) return counts;
    for (const entry of await readdir(root, { withFileTypes: true })) {
      if (entry.isDirectory()) counts[entry.name] = (await readdir(join(root, entry.name), { recursive: true })).length;
    }
    return counts;
  }

  #fillIn(args: string[]): string[] {
    return args.includes("<id>") ? args.map((arg) => (arg === "<id>" ? this.findRun()?.id ?? arg : arg)) : args;
  }

  #start(command: string[]): Promise<ProcessEnd> {
    const env = { ...process.env, WAP_HOME: this.path, INIT_CWD: this.#cwd, NO_COLOR: "1" };
    const child = spawn(process.execPath, ["run", "--allow-all", ...command], { cwd: this.#cwd, env, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text);
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, stderr }));
    });
  }
}
