import { assertEquals } from "@std/assert";
import { type CrashHome, killEverywhere, type KillReport } from "@wap/cli/crash";
import { formatFaultPoint } from "@wap/core/crash";
import { join } from "node:path";
import { ROOT } from "../support/wap_process.ts";
import { CrashWorld, type Kind } from "./crash_world.ts";
import { readDiary } from "./flows/diary.ts";

/** A way that runs go, with what has to come of it: counted by hand from the files in `crash_world.ts`. */
interface Scenario {
  /** The flow's file. */
  flow: string;
  /** What a person says after `wap run`. */
  then?: string[];
  /** Whether `main` has the rows of `trips.csv` already. */
  hasTrips?: boolean;
  /** How it ends. */
  state: string;
  /** The exit codes of the commands. */
  codes: number[];
  /** The rows of `taxi.trips` and `taxi.zones` at the end. */
  records: [trips: number, zones: number];
  /** What code of the flow runs, in order, repetitions left out. */
  diary: string[];
}

const FLOWS = {
  published: "tests/crash/flows/published.ts",
  rejected: "tests/crash/flows/rejected.ts",
  failingStep: "tests/crash/flows/failing_step.ts",
  cancelled: "tests/crash/flows/cancelled.ts",
  approval: "tests/crash/flows/approval.ts",
  severalTables: "tests/crash/flows/several_tables.ts",
};
const EARLIER: [number, number] = [2, 1];

const SCENARIOS: Record<string, Scenario> = {
  "an append with steps and hooks": {
    flow: FLOWS.published,
    state: "published",
    codes: [0],
    records: [4, 1],
    diary: ["announce", "drop free rides", "onCommit"],
  },
  "a replace and an append in one run": { flow: FLOWS.severalTables, state: "published", codes: [0], records: [3, 3], diary: ["onCommit"] },
  "a rejection": {
    flow: FLOWS.rejected,
    state: "rejected",
    codes: [3],
    records: EARLIER,
    diary: ["first", "second", "undo second", "undo first", "onRollback"],
  },
  "a failing step": {
    flow: FLOWS.failingStep,
    state: "failed",
    codes: [1],
    records: EARLIER,
    diary: ["first", "second", "undo second", "undo first", "onRollback"],
  },
  "files that are there already": { flow: FLOWS.published, hasTrips: true, state: "unchanged", codes: [0], records: [5, 1], diary: [] },
  "a cancel while it is executed": {
    flow: FLOWS.cancelled,
    state: "cancelled",
    codes: [7],
    records: EARLIER,
    diary: ["ask for cancel", "undo ask for cancel", "onRollback"],
  },
  "an approval": { flow: FLOWS.approval, then: ["approve", "<id>"], state: "published", codes: [6, 0], records: [5, 1], diary: ["only", "onCommit"] },
  "a refused approval": {
    flow: FLOWS.approval,
    then: ["reject", "<id>"],
    state: "rejected",
    codes: [6, 3],
    records: EARLIER,
    diary: ["only", "undo only", "onRollback"],
  },
  "a cancel while it waits": {
    flow: FLOWS.approval,
    then: ["cancel", "<id>"],
    state: "cancelled",
    codes: [6, 0],
    records: EARLIER,
    diary: ["only", "undo only", "onRollback"],
  },
};

const SECOND_KILLS = 12;
const world = await CrashWorld.make();
const total = { points: 0, trials: 0 };

for (const kind of ["local", "memory"] satisfies Kind[]) {
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    Deno.test(`${name} ends on the ${kind} lakehouse as if undisturbed, wherever it is killed`, async () => {
      const { flow, then, hasTrips } = scenario;
      const report = await killEverywhere(() => world.home(kind, { hasTrips }), [["run", join(ROOT, flow)], ...(then ? [then] : [])], {
        jobs: 2,
        secondKills: SECOND_KILLS,
        alsoCheck: (home) => Promise.resolve(findDiaryFaults(home, scenario.diary)),
      });
      total.points += report.points;
      total.trials += report.trials;
      console.log(`${name}, ${kind}: ${report.points} fault points, ${report.trials} runs killed`);
      assertEquals(endOf(report), endOf(scenario));
      assertEquals(report.failures.map(({ args, died, faults }) => ({ args, died: died.map(formatFaultPoint), faults })), []);
    });
  }
}

Deno.test.afterAll(async () => {
  await world[Symbol.asyncDispose]();
  console.log(`${total.points} fault points in all, ${total.trials} runs killed`);
});

function endOf(end: KillReport | Scenario): unknown {
  if (!("evidence" in end)) return { state: end.state, codes: end.codes, records: end.records };
  const { run, target } = end.evidence;
  return { state: run.state, codes: end.codes, records: target.tables.map(({ records }) => records) };
}

/** Code runs at least once, in order, a repetition right after what it repeats, and always with the same key. */
function findDiaryFaults(home: CrashHome, expected: string[]): string[] {
  const diary = readDiary(home.path);
  const order = diary.map(({ what }) => what).filter((what, index, all) => what !== all[index - 1]);
  const keys = new Map(diary.map(({ what, key }) => [what, key]));
  const changed = diary.filter(({ what, key }) => keys.get(what) !== key);
  return [
    ...(order.join() === expected.join() ? [] : [`its code ran in the order ${order.join(", ")}`]),
    ...changed.map(({ what }) => `"${what}" was called with two idempotency keys`),
  ];
}
