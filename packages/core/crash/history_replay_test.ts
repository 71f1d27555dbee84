import { assertEquals, assertStringIncludes } from "@std/assert";
import Database from "better-sqlite3";
import { join } from "node:path";
import { defineFlow } from "../flows/define_flow.ts";
import { advance } from "../machine/advance.ts";
import { initialContext } from "../machine/context.ts";
import type { WapEvent } from "../machine/events.ts";
import { RunStore } from "../store/run_store.ts";
import { findHistoryFaults } from "./history_replay.ts";

const EVENTS: WapEvent[] = [
  { type: "STARTED", base: "base" },
  { type: "TRY_FAILED", failed: 1, at: 5, error: { code: "boom", message: "Cannot go on: boom", hint: null } },
  { type: "BRANCH_CREATED" },
  { type: "PREPARED", newFiles: 1, skippedFiles: 0 },
  { type: "CANCELLED", by: "ann", reason: null },
  { type: "UNDONE" },
];

/** Stores a run that was cancelled, changes the file with SQL, and says what is wrong then. */
async function faultsAfter(sql: string): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "wap.db");
  try {
    using store = RunStore.open(path);
    const { spec } = defineFlow({ name: "trips", into: { table: "trips" } });
    const context = initialContext(spec, "wap/trips/a");
    await store.create({ id: "a", spec, source: null, fingerprint: "f", lakehouse: "memory", context, idempotencyKey: null, inputDigest: "d" });
    const lease = await store.acquire("a");
    for (const event of EVENTS) await store.record(lease, { event, next: advance(store.find("a"), event) });
    assertEquals(store.find("a").state, "cancelled");
    const database = new Database(path);
    database.exec(sql);
    database.close();
    return findHistoryFaults(store, "a");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("findHistoryFaults() finds nothing wrong with a run that went its way", async () => {
  assertEquals(await faultsAfter(""), []);
});

const FAULTS: [change: string, sql: string, fault: string][] = [
  ["a missing event", "DELETE FROM events WHERE number = 4", "event 4 of its history has number 5"],
  ["no first event", "DELETE FROM events WHERE number = 1", "its history begins with STARTED"],
  ["a wrong count", "UPDATE runs SET event_count = 9", "it counts 9 events, its history has 7"],
  [
    "states that do not connect",
    "UPDATE events SET from_state = 'queued' WHERE number = 5",
    "PREPARED, begins in queued, but the one before ended in preparing",
  ],
  ["a state that the event does not lead to", "UPDATE events SET to_state = 'failed' WHERE number = 6", "CANCELLED, ends in failed, but leads to rollingBack"],
  ["an event out of place", "UPDATE events SET type = 'PUBLISHED' WHERE number = 4", "PUBLISHED, cannot happen there"],
  ["another state than the last", "UPDATE runs SET state = 'failed'", "it is stored as failed, but its history ends in cancelled"],
  ["a context of its own", `UPDATE runs SET context = json_set(context, '$.base', 'other')`, 'its stored context differs from its history in "base"'],
];

for (const [change, sql, fault] of FAULTS) {
  Deno.test(`findHistoryFaults() finds ${change}`, async () => {
    assertStringIncludes((await faultsAfter(sql)).join("; "), fault);
  });
}
