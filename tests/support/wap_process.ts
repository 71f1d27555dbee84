/**
 * `wap` as a process of its own, in a home of its own.
 *
 * @module
 */
import { join } from "node:path";
import type { RunReport } from "@wap/core";

/** The workspace's root. */
export const ROOT = new URL("../../", import.meta.url).pathname;
const MAIN = join(ROOT, "apps/cli/main.ts");

/** Real data beside the repository, or null where it is absent. */
export const SHARED_DATA: string | null = folderOrNull(join(ROOT, "../shared/data"));

/** What a process printed and how it ended. */
export interface ProcessResult {
  /** The exit code. */
  code: number;
  /** All of stdout. */
  stdout: string;
  /** All of stderr. */
  stderr: string;
}

/** Options of {@linkcode WapHome.command}. */
export interface CommandOptions {
  /** Another program than `wap`, with its first arguments. */
  program?: string[];
  /** Variables beside those of the home. */
  env?: Record<string, string>;
  /** Where the user stands. */
  cwd?: string;
}

/** A home folder that is gone when the test is over, and `wap` in it. */
export class WapHome implements AsyncDisposable {
  /** A folder for whatever the test needs. */
  readonly folder: string;
  /** Where runs and lakehouse are. */
  readonly home: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.home = join(folder, "home");
  }

  /** Makes a home. */
  static async make(): Promise<WapHome> {
    return new WapHome(await Deno.makeTempDir({ prefix: "wap-e2e-" }));
  }

  /** Takes it away. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }

  /** Runs one command line to its end. */
  async wap(args: string[], options: { env?: Record<string, string>; cwd?: string } = {}): Promise<ProcessResult> {
    return await finish(this.command(args, options));
  }

  /** A command line, not yet started. */
  command(args: string[], { program = [MAIN], env = {}, cwd = this.folder }: CommandOptions = {}): Deno.Command {
    return new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", ...program, ...args],
      cwd,
      env: { WAP_HOME: this.home, INIT_CWD: cwd, NO_COLOR: "1", ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  }

  /** Runs one command line with `--json` and reads the run it reports. */
  async run(args: string[], options: { env?: Record<string, string> } = {}): Promise<{ code: number; run: RunReport; stderr: string }> {
    const { code, stdout, stderr } = await this.wap([...args, "--json"], options);
    const document = parseJson(stdout, stderr) as { run: RunReport };
    return { code, run: document.run, stderr };
  }

  /** Runs one command line with `--json` and reads the error it reports. */
  async error(args: string[], options: { env?: Record<string, string> } = {}): Promise<{ code: number; message: string; hint: string | null }> {
    const { code, stdout, stderr } = await this.wap([...args, "--json"], options);
    const { error, run } = parseJson(stdout, stderr) as { error?: { message: string; hint: string | null }; run?: RunReport };
    const reported = error ?? run?.error;
    return { code, message: reported?.message ?? "", hint: reported?.hint ?? null };
  }

  /** The rows that a query at `main` gives. */
  async query(sql: string, ref = "main"): Promise<Record<string, unknown>[]> {
    const { stdout, stderr } = await this.wap(["lakehouse", "query", sql, "--ref", ref, "--json"]);
    return (parseJson(stdout, stderr) as { rows: Record<string, unknown>[] }).rows;
  }

  /** The number of rows of a table at `main`; null where there is no such table. */
  async count(table: string): Promise<number | null> {
    const { stdout, stderr } = await this.wap(["lakehouse", "tables", "--json"]);
    const { tables } = parseJson(stdout, stderr) as { tables: { namespace: string; name: string; records: number }[] };
    return tables.find((one) => `${one.namespace}.${one.name}` === table)?.records ?? null;
  }

  /** The names of all branches. */
  async branches(): Promise<string[]> {
    const { stdout, stderr } = await this.wap(["lakehouse", "branches", "--json"]);
    return (parseJson(stdout, stderr) as { branches: { name: string }[] }).branches.map((branch) => branch.name);
  }

  /** Commits of `main`, newest first. */
  async log(): Promise<{ hash: string; parents: string[]; properties: Record<string, string> }[]> {
    const { stdout, stderr } = await this.wap(["lakehouse", "log", "--limit", "1000", "--json"]);
    return (parseJson(stdout, stderr) as { commits: { hash: string; parents: string[]; properties: Record<string, string> }[] }).commits;
  }
}

/** Waits for a process to end. */
export async function finish(command: Deno.Command): Promise<ProcessResult> {
  const { code, stdout, stderr } = await command.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** stdout has to hold exactly one JSON document. */
function parseJson(stdout: string, stderr: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new Error(`Cannot read stdout as one JSON document: ${stdout}\nstderr: ${stderr}`, { cause });
  }
}

function folderOrNull(path: string): string | null {
  try {
    return Deno.statSync(path).isDirectory ? path : null;
  } catch {
    return null;
  }
}
