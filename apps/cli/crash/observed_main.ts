/**
 * `wap` in a process that notes the fault points it passes, and kills itself at one of them.
 *
 * @module
 */
import { openSync, writeSync } from "node:fs";
import process from "node:process";
import type { Lakehouse } from "@wap/core";
import { formatFaultPoint } from "@wap/core/crash";
import { main } from "../main.ts";
import { ObservedWorkspace } from "./observed_workspace.ts";

/**
 * Runs one command line of `wap`, observed.
 *
 * @param args The file to note the points in; the point to die at as `<number>:<side>`, or `-`; then what follows `wap`.
 * @param openLakehouse Opens another lakehouse than `wap` would.
 * @returns The exit code, unless it dies.
 */
export async function observedMain([journal, death, ...args]: string[], openLakehouse?: () => Promise<Lakehouse>): Promise<number> {
  const file = openSync(journal!, "w");
  return await main(args, (settings) =>
    new ObservedWorkspace(settings, {
      openLakehouse,
      observe(point) {
        writeSync(file, `${formatFaultPoint(point)}\n`);
        // SIGKILL, sent to oneself, is delivered before the call returns: nothing that comes after this line happens.
        if (`${point.number}:${point.side}` === death) process.kill(process.pid, "SIGKILL");
      },
    }));
}
