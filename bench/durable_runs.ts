/**
 * What durability costs: runs on our engine and store, beside the least that it can cost and beside DBOS on PostgreSQL.
 *
 * Compared are seven durable steps that do nothing. Ours are the seven effects that every run has (look where the target stands, make the branch, plan,
 * import, audit, merge, delete the branch) over a lakehouse that answers at once; DBOS runs a workflow of seven steps, the floor one of seven transitions.
 * All store the start and then one step after the other, each durable before the next begins. A run with seven steps in code does fourteen things: it is
 * compared with a floor of fourteen, and held to twice the time beside DBOS's seven.
 *
 * @module
 */
import { join } from "node:path";
import { compare, type Comparison, type Contender, measure, runCommand, workspacePath } from "./measure.ts";
import { startDbos } from "./peers/dbos.ts";
import type { Postgres } from "./peers/postgres.ts";
import type { Rhythm } from "./run_timing.ts";

const ROUNDS = 7;
const RUNS: Record<Rhythm, number> = { "one by one": 200, "at once": 1000 };

/** Measures them. */
export async function benchDurableRuns(): Promise<Comparison[]> {
  const folder = await Deno.makeTempDir();
  try {
    await using dbos = await startDbos();
    return [...await compareOneByOne(folder, dbos), ...dbos === null ? [] : await compareAtOnce(folder, dbos)];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The median time of a run. */
async function compareOneByOne(folder: string, dbos: Postgres | null): Promise<Comparison[]> {
  const rhythm = "one by one";
  const floors = [7, 14].map((steps) => program(`floor of ${steps}`, "bench/peers/floor_runs.ts", { place: join(folder, `floor${steps}.db`), rhythm, steps }));
  const contenders = [...ourRuns(folder, rhythm), ...floors, ...dbos === null ? [] : [dbosRuns(dbos, rhythm)]];
  const [seven, fourteen, floorOfSeven, floorOfFourteen, peer] = await measure(contenders, { rounds: ROUNDS });
  const besideFloor = [
    compare("a run, one by one, beside the floor", [seven!, floorOfSeven!], { limit: 2 }),
    compare("a run with seven steps in code, one by one, beside the floor", [fourteen!, floorOfFourteen!], { limit: 2 }),
  ];
  if (peer === undefined) return besideFloor;
  return [
    ...besideFloor,
    compare("a run, one by one, beside DBOS", [seven!, peer], { limit: 1 / 3 }),
    compare("a run with seven steps in code, one by one, beside DBOS", [fourteen!, peer], { limit: 2 / 3 }),
  ];
}

/** The time per run of 50 at once. */
async function compareAtOnce(folder: string, dbos: Postgres): Promise<Comparison[]> {
  const rhythm = "at once";
  const [seven, fourteen, peer] = await measure([...ourRuns(folder, rhythm), dbosRuns(dbos, rhythm)], { rounds: ROUNDS });
  return [
    compare("runs, 50 at once, beside DBOS", [seven!, peer!], { limit: 1 / 4 }),
    compare("runs with seven steps in code, 50 at once, beside DBOS", [fourteen!, peer!], { limit: 2 / 4 }),
  ];
}

function ourRuns(folder: string, rhythm: Rhythm): Contender[] {
  return [0, 7].map((steps) => program(`wap, ${7 + steps} effects`, "bench/engine_runs.ts", { place: join(folder, `wap${steps}.db`), rhythm, steps }));
}

function dbosRuns(dbos: Postgres, rhythm: Rhythm): Contender {
  return program("DBOS, 7 steps", "bench/peers/dbos_runs.ts", { place: dbos.url("runs"), rhythm, steps: 7 });
}

/** A program that executes runs and prints the time of one. */
function program(name: string, file: string, { place, rhythm, steps }: { place: string; rhythm: Rhythm; steps: number }): Contender {
  const args = ["run", "-A", workspacePath(file), place, rhythm, String(RUNS[rhythm]), String(steps)];
  return { name, run: async () => Number(await runCommand(args)) };
}
