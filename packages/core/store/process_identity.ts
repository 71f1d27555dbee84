/**
 * Who a process is, and whether it still lives: pid alone does not say, since pids are used again.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import process from "node:process";

let own: string | undefined;

/** This process as `host/pid/start`, where start is the kernel's start time of the process, or `0` where the system does not tell. */
export function ownIdentity(): string {
  own ??= `${hostname()}/${process.pid}/${startOf(process.pid) ?? "0"}`;
  return own;
}

/** Whether a process is known to be dead: it ran on this host and its pid is free or belongs to a later process. */
export function isKnownDead(identity: string): boolean {
  const [host, pid, start] = identity.split("/");
  if (host !== hostname()) return false;
  if (start !== "0") return startOf(Number(pid)) !== start;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as { code?: string }).code === "ESRCH";
  }
}

/** Field 22 of `/proc/<pid>/stat` with the boot's id, or null where there is no such process or no such file. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return null;
    return `${boot}-${fields[19]}`;
  } catch {
    return null;
  }
}
