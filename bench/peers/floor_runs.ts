/**
 * The least that a run of so many steps can be made of: a pure XState transition and one FULL transaction per step, through better-sqlite3 alone. A
 * transaction adds the event's row and puts a snapshot of about 1 KB in place of the last one. No leases, retries, hooks or undo, no index to list runs by:
 * `floor_runs.ts <database> <rhythm> <runs> <steps>`.
 *
 * @module
 */
// @ts-types="@types/better-sqlite3"
import Database from "better-sqlite3";
import { assign, createMachine, initialTransition, transition } from "xstate";
import { printRunTime, type Rhythm } from "../run_timing.ts";

const [path, rhythm, runs, steps] = Deno.args as [string, Rhythm, string, string];
const LAST = Number(steps) + 1;

const machine = createMachine({
  types: {} as { context: { filler: string; done: string[] }; events: { type: "DONE"; step: string } },
  id: "floor",
  initial: "step1",
  context: { filler: "x".repeat(800), done: [] },
  states: {
    ...Object.fromEntries(Array.from({ length: LAST - 1 }, (_, at) => [`step${at + 1}`, { on: { DONE: { target: `step${at + 2}`, actions: "note" } } }])),
    [`step${LAST}`]: { type: "final" as const },
  },
}, { actions: { note: assign({ done: ({ context, event }) => [...context.done, event.step] }) } });

const database = new Database(path);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec("create table if not exists snapshots (run_id text primary key, snapshot text); create table if not exists events (run_id text, event text)");
const putSnapshot = database.prepare("insert into snapshots values (?, ?) on conflict do update set snapshot = excluded.snapshot");
const addEvent = database.prepare("insert into events values (?, ?)");
const store = database.transaction((runId: string, snapshot: string, event: string) => {
  putSnapshot.run(runId, snapshot);
  addEvent.run(runId, event);
}).immediate;

async function runOnce(): Promise<void> {
  const runId = crypto.randomUUID();
  let [snapshot] = initialTransition(machine);
  store(runId, JSON.stringify(machine.getPersistedSnapshot(snapshot)), "{}");
  while (snapshot.status === "active") {
    const event = { type: "DONE" as const, step: await doNothing(String(snapshot.value)) };
    [snapshot] = transition(machine, snapshot, event);
    store(runId, JSON.stringify(machine.getPersistedSnapshot(snapshot)), JSON.stringify(event));
  }
}

function doNothing(step: string): Promise<string> {
  return Promise.resolve(step);
}

await printRunTime(runOnce, { rhythm, runs: Number(runs) });
database.close();
