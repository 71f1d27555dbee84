/**
 * The `wap` command line: finds the verb, runs it, turns what it answers or throws into an exit code.
 *
 * A verb's module is loaded when it is called: what `wap list` does not need, it does not wait for.
 *
 * @module
 */
import process from "node:process";
import { toErrorRecord, UsageError } from "@wap/core/errors";
import { helpOf, parseInvocation } from "./arguments.ts";
import type { Command } from "./command.ts";
import { EXIT, exitCodeOfError } from "./exit_code.ts";
import { print, printJson, printNote } from "./output.ts";
import { readSettings, Workspace, type WorkspaceSettings } from "./workspace.ts";

const VERBS: Record<string, { summary: string; load: () => Promise<{ command: Command }> }> = {
  run: { summary: "write files to a branch, audit them, publish what passed", load: () => import("./verbs/run.ts") },
  resume: { summary: "go on with an interrupted run", load: () => import("./verbs/resume.ts") },
  list: { summary: "list runs, newest first", load: () => import("./verbs/list.ts") },
  show: { summary: "show one run with its audit", load: () => import("./verbs/show.ts") },
  cancel: { summary: "cancel a run before publish and undo it", load: () => import("./verbs/cancel.ts") },
  approve: { summary: "let a run that waits be published", load: () => import("./verbs/approve.ts") },
  reject: { summary: "undo a run that waits", load: () => import("./verbs/reject.ts") },
  retry: { summary: "do again, as a new run, what a run was asked to do", load: () => import("./verbs/retry.ts") },
  fork: { summary: "start a new run on the branch that another wrote", load: () => import("./verbs/fork.ts") },
  revert: { summary: "take the publish of a run back", load: () => import("./verbs/revert.ts") },
  gc: { summary: "remove branches and files that runs left behind", load: () => import("./verbs/gc.ts") },
  flows: { summary: "list the flows of the flow folder", load: () => import("./verbs/flows.ts") },
  check: { summary: "read a flow and report what is wrong with it", load: () => import("./verbs/check.ts") },
  test: { summary: "kill a flow everywhere and see that it survives", load: () => import("./verbs/test.ts") },
  lakehouse: { summary: "look into the lakehouse: branches, tables, log, query", load: () => import("./verbs/lakehouse.ts") },
  serve: { summary: "serve webhooks and the API, and execute runs", load: () => import("./verbs/serve.ts") },
};

function help(): string {
  const verbs = Object.entries(VERBS).map(([name, { summary }]) => `  ${name.padEnd(10)}  ${summary}`);
  return [
    "wap: files into lakehouse tables, safely. Written to a branch, audited there, published by a merge.",
    "",
    "Usage: wap <verb> [arguments]",
    "",
    ...verbs,
    "",
    'See "wap <verb> --help" for arguments and examples. Start with: wap run examples/yellow_trips.yaml',
  ].join("\n");
}

async function runVerb([verb, ...args]: string[], openWorkspace: (settings: WorkspaceSettings) => Workspace): Promise<number> {
  if (verb === undefined || verb === "help" || verb === "--help" || verb === "-h") {
    print(help());
    return verb === undefined ? EXIT.usage : EXIT.ok;
  }
  const entry = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (!entry) throw new UsageError(`Cannot run "wap ${verb}": there is no such verb`, { hint: 'See "wap --help"' });
  const { command } = await entry.load();
  const invocation = parseInvocation(verb, command, args);
  if (invocation.has("help")) {
    print(helpOf(verb, command));
    return EXIT.ok;
  }
  const settings = readSettings(invocation.text, (name) => process.env[name], process.env.INIT_CWD ?? process.cwd());
  await using workspace = openWorkspace(settings);
  return await command.run(invocation, workspace);
}

function reportError(error: unknown, json: boolean): number {
  const { code, message, hint } = toErrorRecord(error);
  if (json) printJson({ error: { code, message, hint } });
  else printNote(`wap: ${message}${hint ? `\n     ${hint}` : ""}`);
  if (code === "internal" && process.env.WAP_DEBUG && error instanceof Error) printNote(error.stack ?? "");
  return exitCodeOfError(error);
}

/**
 * Runs one command line and answers its exit code.
 *
 * @param args What follows `wap`.
 * @param openWorkspace Makes the workspace that the verb works in.
 */
export async function main(args: string[], openWorkspace = (settings: WorkspaceSettings) => new Workspace(settings)): Promise<number> {
  try {
    return await runVerb(args, openWorkspace);
  } catch (error) {
    return reportError(error, args.includes("--json"));
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
