/**
 * What a flow does when nobody disturbs it: its fault points, its exit codes, what it leaves.
 *
 * @module
 */
import { UsageError } from "@wap/core/errors";
import { type FaultPoint, formatFaultPoint } from "@wap/core/crash";
import type { CrashHome } from "./crash_home.ts";
import { type Evidence, findDifferences, inspectRun } from "./evidence.ts";

/** Makes a home in the state that each trial begins with. */
export type MakeHome = () => Promise<CrashHome>;

/** One command of a script, undisturbed. */
export interface UndisturbedCommand {
  /** The points it passes, both sides of each call. */
  points: FaultPoint[];
  /** Its exit code. */
  code: number;
  /** The exit code that `wap resume` has for the run as the command leaves it. */
  resumeCode: number;
}

/** A script, undisturbed. */
export interface Undisturbed {
  /** One per command. */
  commands: UndisturbedCommand[];
  /** What is left at the end. */
  evidence: Evidence;
  /** What is wrong with that. */
  faults: string[];
  /** Whether the tables' rows are the same every time; if not, only their numbers are compared. */
  rowsRepeat: boolean;
}

/**
 * Plays a script twice, to tell what it always does from what differs from time to time.
 *
 * @param make Makes the home.
 * @param script Command lines, the first of which stores a run; `<id>` stands for its id.
 * @throws {UsageError} If it stores no run, or does not do the same both times: then nothing could be said of a run that was killed.
 */
export async function playUndisturbed(make: MakeHome, script: string[][]): Promise<Undisturbed> {
  const [first, second] = [await playOnce(make, script), await playOnce(make, script)];
  const differences = findDifferences(first.evidence, second.evidence);
  const serious = [
    ...differences.filter((difference) => !isAboutRows(difference)),
    ...findDifferences(first.commands.map(describe), second.commands.map(describe), "command"),
  ];
  if (serious.length > 0) {
    throw new UsageError(`Cannot test the flow: undisturbed, it does not do the same every time: ${serious.join("; ")}`, {
      code: "not_repeatable",
      hint: "Let its steps, hooks and checks depend on nothing but its files",
    });
  }
  return { ...first, rowsRepeat: differences.length === 0 };
}

/** Whether a difference is only one of the tables' rows. */
function isAboutRows(difference: string): boolean {
  return /^target\.tables\.\d+\.rows /.test(difference);
}

function describe({ points, code }: UndisturbedCommand): object {
  return { code, points: points.map(formatFaultPoint) };
}

async function playOnce(make: MakeHome, script: string[][]): Promise<Omit<Undisturbed, "rowsRepeat">> {
  await using home = await make();
  const commands: UndisturbedCommand[] = [];
  for (const args of script) {
    const { code, points, stderr } = await home.observed(args, null);
    const run = home.findRun();
    if (run === null || code === null) throw noRun(args, stderr);
    commands.push({ points, code, resumeCode: (await inspectRun(home, run.id)).exitCode });
  }
  return { commands, ...await inspectRun(home, home.findRun()!.id) };
}

function noRun(args: string[], stderr: string): UsageError {
  return new UsageError(`Cannot test the flow: undisturbed, "wap ${args.join(" ")}" stores no run: ${stderr.trim()}`, {
    code: "no_run",
    hint: 'Look at the flow with "wap check"',
  });
}
