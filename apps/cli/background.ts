/**
 * Going on with a run in a process of its own.
 *
 * @module
 */
import process from "node:process";
import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import type { WorkspaceSettings } from "./workspace.ts";

/** Starts `wap resume` detached from this process; its output goes to the home's `logs` folder. */
export function resumeInBackground(runId: string, { home }: WorkspaceSettings): Promise<void> {
  const logs = join(home, "logs");
  mkdirSync(logs, { recursive: true });
  const log = openSync(join(logs, `${runId}.log`), "a");
  const child = spawn(process.execPath, ["run", "--allow-all", process.argv[1]!, "resume", runId, "--home", home], {
    detached: true,
    stdio: ["ignore", log, log],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      child.unref();
      resolve();
    });
  });
}
