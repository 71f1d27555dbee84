/**
 * A trial: a script played in a home of its own by processes that die, and what is wrong with what they leave.
 *
 * @module
 */
import { type FaultPoint, formatFaultPoint } from "@wap/core/crash";
import type { CrashHome, Death, ObservedEnd, ProcessEnd } from "./crash_home.ts";
import { type Evidence, findDifferences, inspectRun } from "./evidence.ts";
import type { Undisturbed } from "./undisturbed.ts";

/** What a trial is about. */
export interface TrialPlan {
  /** The script. */
  script: string[][];
  /** What it does when nobody disturbs it. */
  undisturbed: Undisturbed;
  /** The index of the command that dies. */
  command: number;
  /** Where it dies; what takes the run up after that dies at the second, and so on. */
  deaths: Death[];
  /** Says what else is wrong in a home at the end. */
  alsoCheck?: (home: CrashHome, runId: string) => Promise<string[]>;
}

/** What came of a trial. */
export interface TrialResult {
  /** The command that died first. */
  args: string[];
  /** Where processes died. */
  died: FaultPoint[];
  /** One sentence per fault. */
  faults: string[];
}

const RESUME = ["resume", "<id>"];
/** Calls by which a step writes to the lakehouse. */
const WRITES_REGEXP = /^lakehouse\.(?:applyImport|materialize)$/;

/** Plays a trial. Closing the home is left to the caller. */
export class Trial {
  readonly #home: CrashHome;
  readonly #plan: TrialPlan;
  readonly #died: FaultPoint[] = [];
  readonly #faults: string[] = [];
  #wroteAgain = false;

  /** Prepares a trial in a home. */
  constructor(home: CrashHome, plan: TrialPlan) {
    this.#home = home;
    this.#plan = plan;
  }

  /** Plays it to its end. */
  async play(): Promise<TrialResult> {
    const { script, command } = this.#plan;
    const deaths = [...this.#plan.deaths];
    for (const at of script.keys()) {
      await this.#carryOut(at, at < command ? [] : deaths);
      if (this.#faults.length > 0) break;
    }
    const run = this.#home.findRun();
    if (run === null) this.#faults.push("no run is stored");
    else await this.#inspect(run.id);
    return { args: script[command]!, died: this.#died, faults: this.#faults };
  }

  /** Carries a command out as a person would: what died before it was stored is said again, what died after that is resumed. */
  async #carryOut(at: number, deaths: Death[]): Promise<void> {
    let args = this.#plan.script[at]!;
    for (let death = deaths.shift(); death !== undefined; death = deaths.shift()) {
      const before = this.#home.findRun();
      const end = await this.#home.observed(args, death);
      if (end.code !== null) {
        if (this.#died.length === 0) this.#faults.push(`it never came to call ${death.number}`);
        this.#checkCode(at, { args, end });
        return;
      }
      this.#noteDeath(death, end);
      const after = this.#home.findRun();
      if (after !== null && after.mark !== before?.mark) args = RESUME;
    }
    this.#checkCode(at, { args, end: await this.#home.wap(args) });
  }

  #checkCode(at: number, { args, end }: { args: string[]; end: ProcessEnd }): void {
    const { code, resumeCode } = this.#plan.undisturbed.commands[at]!;
    const expected = args === RESUME ? resumeCode : code;
    if (end.code !== expected) this.#faults.push(`"wap ${args.join(" ")}" ended with exit code ${end.code}, not ${expected}: ${end.stderr.trim()}`);
  }

  #noteDeath(death: Death, { points }: ObservedEnd): void {
    const last = points.at(-1)!;
    this.#died.push(last);
    this.#wroteAgain ||= diedAfterStepWrote(points);
    const expected = this.#plan.undisturbed.commands[this.#plan.command]!.points.find(({ number, side }) => number === death.number && side === death.side);
    if (this.#died.length > 1 || formatFaultPoint(last) === (expected && formatFaultPoint(expected))) return;
    this.#faults.push(`it died ${formatFaultPoint(last)}, undisturbed it had passed ${expected ? formatFaultPoint(expected) : "no such point"}`);
  }

  async #inspect(runId: string): Promise<void> {
    const { undisturbed, alsoCheck } = this.#plan;
    const { evidence, faults } = await inspectRun(this.#home, runId);
    this.#faults.push(...faults, ...findDifferences(this.#comparable(undisturbed.evidence), this.#comparable(evidence)));
    if (alsoCheck) this.#faults.push(...await alsoCheck(this.#home, runId));
  }

  /** A step that had written when its process died writes again: it leaves one more file than undisturbed, and rightly so. */
  #comparable(evidence: Evidence): Evidence {
    const { target } = evidence;
    const tables = this.#plan.undisturbed.rowsRepeat ? target.tables : target.tables.map((table) => ({ ...table, rows: "" }));
    return { ...evidence, files: this.#wroteAgain ? {} : evidence.files, target: { ...target, tables } };
  }
}

/** Whether a process died in a step that had begun to write to the lakehouse, before that the step was done was stored. */
function diedAfterStepWrote(points: FaultPoint[]): boolean {
  const begun = points.findLastIndex(({ name, side }) => name.startsWith('step "') && side === "before");
  if (begun === -1) return false;
  const since = points.slice(begun);
  const isStored = since.some(({ name, side }) => name === "store.record(STEP_DONE)" && side === "after");
  return !isStored && since.some(({ name }) => WRITES_REGEXP.test(name));
}
