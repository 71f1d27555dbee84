/**
 * Killing a flow everywhere: it is run undisturbed to learn its fault points, then once for each of them in a home of its own, by a process that dies there.
 * Whatever is left in the end has to be what the undisturbed run left.
 *
 * @module
 */
import type { FaultPoint } from "@wap/core/crash";
import type { CrashHome, Death } from "./crash_home.ts";
import type { Evidence } from "./evidence.ts";
import { Trial, type TrialResult } from "./trial.ts";
import { type MakeHome, playUndisturbed, type Undisturbed } from "./undisturbed.ts";

/** Options of {@linkcode killEverywhere}. */
export interface KillEverywhereOptions {
  /** Trials at the same time. */
  jobs: number;
  /** So many trials more, in which what takes the run up is killed as well. @default {0} */
  secondKills?: number;
  /** Says what else is wrong in a home at the end of a trial. */
  alsoCheck?: (home: CrashHome, runId: string) => Promise<string[]>;
  /** Told how far it is, first of all with no trial done. */
  onProgress?: (progress: KillProgress) => void;
  /** When aborted, no further trial begins. */
  signal?: AbortSignal;
}

/** How far a test is. */
export interface KillProgress {
  /** Fault points. */
  points: number;
  /** Trials in all. */
  trials: number;
  /** Trials done. */
  done: number;
}

/** What came of it. */
export interface KillReport {
  /** Fault points: calls at which processes were killed, before and after. */
  points: number;
  /** Trials that were made. */
  trials: number;
  /** Exit codes of the commands, undisturbed. */
  codes: number[];
  /** What is left by the script, undisturbed. */
  evidence: Evidence;
  /** Whether the tables' rows are the same every time; if not, only their numbers were compared. */
  rowsRepeat: boolean;
  /** The trials in which something was wrong. */
  failures: TrialResult[];
}

interface PlannedTrial {
  command: number;
  deaths: Death[];
}

/** Spreads second deaths over the points that are left: a stride that is a prime visits them all. */
const STRIDE = 7;

/**
 * Kills a script everywhere.
 *
 * @param make Makes the home that each trial begins with.
 * @param script Command lines of `wap`, one after the other; the first stores a run, `<id>` stands for its id.
 * @throws {UsageError} If the script, undisturbed, stores no run or does not do the same every time.
 */
export async function killEverywhere(make: MakeHome, script: string[][], options: KillEverywhereOptions): Promise<KillReport> {
  const { jobs, secondKills = 0, alsoCheck, onProgress = () => {}, signal } = options;
  const undisturbed = await playUndisturbed(make, script);
  const single = planTrials(undisturbed);
  const planned = [...single, ...planSecondKills(single, { undisturbed, count: secondKills })];
  const progress = { points: single.length / 2, trials: planned.length, done: 0 };
  onProgress({ ...progress });
  const results: TrialResult[] = [];
  const queue = planned.values();
  const work = async () => {
    for (const { command, deaths } of queue) {
      if (signal?.aborted) return;
      await using home = await make();
      const result = await new Trial(home, { script, undisturbed, command, deaths, alsoCheck }).play();
      if (signal?.aborted) return; // Ctrl-C has reached the trial's processes too.
      results.push(result);
      progress.done++;
      onProgress({ ...progress });
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  const { commands, evidence, rowsRepeat, faults } = undisturbed;
  const failures = results.filter((result) => result.faults.length > 0);
  if (faults.length > 0) failures.unshift({ args: script[0]!, died: [], faults });
  return { points: progress.points, trials: results.length, codes: commands.map(({ code }) => code), evidence, rowsRepeat, failures };
}

function planTrials({ commands }: Undisturbed): PlannedTrial[] {
  return commands.flatMap(({ points }, command) => points.map(({ number, side }) => ({ command, deaths: [{ number, side }] })));
}

/** Takes trials at even distances and adds a death of whatever takes the run up; that has about as many points before it as the first had left. */
function planSecondKills(single: PlannedTrial[], { undisturbed, count }: { undisturbed: Undisturbed; count: number }): PlannedTrial[] {
  return Array.from({ length: count }, (_, index) => {
    const { command, deaths } = single[Math.floor((index * single.length) / count)]!;
    const left = lastNumber(undisturbed.commands[command]!.points) - deaths[0]!.number;
    const second: Death = { number: 1 + (index * STRIDE) % (left + STRIDE), side: index % 2 === 0 ? "before" : "after" };
    return { command, deaths: [...deaths, second] };
  });
}

function lastNumber(points: FaultPoint[]): number {
  return Math.max(...points.map(({ number }) => number));
}
