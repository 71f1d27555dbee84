/**
 * How soon a killed run is published: from the start of the process that takes it up until that is stored. Our engine and store over a lakehouse that does
 * nothing, the whole command line over the embedded lakehouse with 800 rows to import and audit, and DBOS on PostgreSQL with steps that do nothing; each was
 * killed in the fourth of seven steps.
 *
 * @module
 */
import { join } from "node:path";
import { compareWithBound, type Comparison, type Contender, finish, measure, timeToOutput, workspacePath } from "./measure.ts";
import { startDbos } from "./peers/dbos.ts";
import type { Postgres } from "./peers/postgres.ts";

const ROUNDS = 7;
const BOUND_MS = 150;

/** Measures it. */
export async function benchRecovery(): Promise<Comparison[]> {
  const folder = await Deno.makeTempDir();
  try {
    await using dbos = await startDbos();
    const contenders = [
      ourRecovery(folder, { name: "engine and store", lakehouse: "memory" }),
      ourRecovery(folder, { name: "wap resume, local", lakehouse: "local" }),
      ...dbos === null ? [] : [dbosRecovery(dbos)],
    ];
    const timings = await measure(contenders, { rounds: ROUNDS });
    return [compareWithBound("a killed run, from process start to publish", timings, { milliseconds: BOUND_MS })];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function ourRecovery(folder: string, { name, lakehouse }: { name: string; lakehouse: "memory" | "local" }): Contender {
  let round = 0;
  let home = "";
  let runId = "";
  const prepare = async () => {
    home = join(folder, `${lakehouse}${round++}`);
    runId = await untilKilled(["run", "-A", workspacePath("bench/killed_run.ts"), home, lakehouse]);
  };
  const resume = () =>
    lakehouse === "memory" ? [workspacePath("bench/engine_resume.ts"), home, runId] : [workspacePath("apps/cli/main.ts"), "resume", runId, "--home", home];
  return { name, prepare, run: () => timeToOutput(["run", "-A", ...resume()]) };
}

function dbosRecovery(dbos: Postgres): Contender {
  let round = 0;
  const program = ["run", "-A", workspacePath("bench/peers/dbos_recovery.ts"), dbos.url("recovery")];
  return {
    name: "DBOS",
    prepare: () => untilKilled([...program, `run ${++round}`, "die"]),
    run: () => timeToOutput([...program, `run ${round}`, "recover"]),
  };
}

/** Runs a program that kills itself, and answers what it printed. */
async function untilKilled(args: string[]): Promise<string> {
  const { code, stdout, stderr } = await finish(args);
  const SIGKILLED = 128 + 9;
  if (code !== SIGKILLED) throw new Error(`Cannot measure a recovery: "${args.join(" ")}" was to be killed, but ended with ${code}, ${stderr}`);
  return stdout.trim();
}
