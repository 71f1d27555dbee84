/**
 * Makes a home as this version of `wap` leaves it, with one run in each state that can be gone on with: kept in `tests/golden/` for every released schema,
 * so that a later version is tested on it.
 *
 * `deno run --allow-all tools/make_golden_home.ts tests/golden/1`
 *
 * @module
 */
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";

const MAIN = new URL("../apps/cli/main.ts", import.meta.url).pathname;
/** Where the runs' files are said to have been: a neutral place, which nobody has when the runs go on. */
const SOURCES = "/srv/trips";

async function wap(home: string, args: string[]): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", MAIN, ...args, "--home", home],
    cwd: SOURCES,
    stdout: "null",
    stderr: "null",
  });
  await command.output();
}

async function makeHome(home: string): Promise<void> {
  await Deno.mkdir(SOURCES, { recursive: true });
  await Deno.writeTextFile(join(SOURCES, "trips.csv"), "id,fare\n1,10.5\n2,20.5\n3,\n");
  const run = (table: string, ...more: string[]) => wap(home, ["run", "--table_name", table, "--from", "trips.csv", "--check", "not_null(id)", ...more]);
  await run("published");
  await run("branching", "--until", "queued");
  await run("auditing", "--until", "importing");
  await run("publishing", "--until", "auditing");
  await run("awaiting", "--approval", "always");
  await run("rejected", "--check", "not_null(fare)");
  await run("kept", "--check", "not_null(fare)", "--on-failure", "keep");
  await Deno.remove(SOURCES, { recursive: true });
  for (const file of ["wap.db", "lakehouse/catalog.db"]) tidy(join(home, file));
}

/** Leaves nothing in the file but its rows: freed pages may still say which machine it was. */
function tidy(path: string): void {
  const database = new DatabaseSync(path);
  database.exec("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

if (import.meta.main) await makeHome(resolve(Deno.args[0]!));
