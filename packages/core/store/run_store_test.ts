import { assertEquals, assertInstanceOf, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import Database from "better-sqlite3";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LeaseLostError, NotFoundError, RunOwnedError, TerminalError, UsageError } from "../errors.ts";
import type { FlowSpec } from "../flow.ts";
import { advance } from "../machine/advance.ts";
import { initialContext } from "../machine/context.ts";
import type { WapEvent } from "../machine/events.ts";
import { LEASE_MS } from "./leases.ts";
import journal from "./migrations/meta/_journal.json" with { type: "json" };
import type { StoredRun } from "./records.ts";
import { type NewRun, RunStore } from "./run_store.ts";

const SPEC: FlowSpec = {
  name: "trips",
  version: 1,
  tables: [{ from: ["f"], into: { namespace: "n", table: "t", mode: "append" }, checks: [] }],
  steps: [],
  hooks: { onRollback: false, onCommit: false },
  target: "main",
  onFailure: "delete",
  approval: "never",
  webhook: null,
  limits: { retries: { attempts: 3, initialMs: 1, maxMs: 10 }, stepTimeoutMs: 1000, deadlineMs: null, approvalExpiresMs: null },
};
const STARTED: WapEvent = { type: "STARTED", base: "base" };

/** A clock that moves only when told. */
class Clock {
  #at = Date.parse("2024-03-01T00:00:00Z");
  now = () => new Date(this.#at);
  forward(milliseconds: number): void {
    this.#at += milliseconds;
  }
}

function newRun(id: string, changes: Partial<NewRun> = {}): NewRun {
  const spec = changes.spec ?? SPEC;
  const context = initialContext(spec, `wap/${id}`);
  return { id, spec, source: null, fingerprint: "f", lakehouse: "memory", context, idempotencyKey: null, inputDigest: "d", ...changes };
}

async function withStore(test: (store: RunStore, parts: { path: string; clock: Clock }) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const clock = new Clock();
  const path = join(folder, "home", "wap.db");
  try {
    using store = RunStore.open(path, clock);
    await test(store, { path, clock });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function started(run: StoredRun) {
  return { event: STARTED, next: advance(run, STARTED) };
}

Deno.test("RunStore.create() stores a run in state queued, with its inputs and the first line of its history", async () => {
  await withStore(async (store) => {
    const { run, created } = await store.create(newRun("a1"));
    assertEquals([created, run.state, run.outcome, run.branch], [true, "queued", null, "wap/a1"]);
    assertEquals(store.inputs("a1").spec, SPEC);
    assertEquals(store.history("a1").map(({ type, toState, nextStep }) => [type, toState, nextStep]), [["CREATED", "queued", "resolve base"]]);
  });
});

Deno.test("RunStore.create() gives the same run for the same idempotency key and input, and refuses the key with another", async () => {
  await withStore(async (store) => {
    const first = await store.create(newRun("a1", { idempotencyKey: "k" }));
    const second = await store.create(newRun("b2", { idempotencyKey: "k" }));
    assertEquals([second.created, second.run.id], [false, first.run.id]);
    await assertRejects(() => store.create(newRun("c3", { idempotencyKey: "k", inputDigest: "other" })), UsageError, "used with another input by run a1");
    const otherFlow = await store.create(newRun("d4", { idempotencyKey: "k", spec: { ...SPEC, name: "other" } }));
    assertEquals(otherFlow.created, true);
  });
});

Deno.test("RunStore.find() takes a unique prefix, and says why when it is not unique or nothing begins so", async () => {
  await withStore(async (store) => {
    for (const id of ["abc1", "abd2", "x_%"]) await store.create(newRun(id));
    assertEquals(store.find("abc").id, "abc1");
    assertEquals(store.find("x").id, "x_%");
    assertThrows(() => store.find("ab"), UsageError, "several ids begin so");
    for (const none of ["zz", "", "%", "_"]) assertThrows(() => store.find(none), NotFoundError, "no run has that id");
  });
});

Deno.test("RunStore.record() stores state, history and output together", async () => {
  await withStore(async (store) => {
    const { run } = await store.create(newRun("a1"));
    const lease = await store.acquire("a1");
    await store.record(lease, { ...started(run), output: { step: "plan:0", body: { files: 3 } } });
    const stored = store.find("a1");
    assertEquals([stored.state, stored.context.base, stored.eventCount, stored.attempts], ["branching", "base", 2, 1]);
    assertEquals(store.output("a1", "plan:0"), { files: 3 });
    assertEquals(store.history("a1").at(-1)?.body, { base: "base" });
  });
});

Deno.test("RunStore.record() keeps nothing of a transition that cannot be stored whole", async () => {
  await withStore(async (store) => {
    const { run } = await store.create(newRun("a1"));
    const lease = await store.acquire("a1");
    await assertRejects(() => store.record(lease, { ...started(run), output: { step: "plan:0", body: 10n } }), TypeError);
    assertEquals([store.find("a1").state, store.history("a1").length], ["queued", 1]);
  });
});

Deno.test("RunStore.record() lets no failing write harm the others of its transaction", async () => {
  await withStore(async (store) => {
    for (const id of ["a1", "b2"]) await store.create(newRun(id));
    const leases = [await store.acquire("a1"), await store.acquire("b2")] as const;
    const [bad, good] = await Promise.allSettled([
      store.record({ ...leases[0], fence: 99 }, started(store.find("a1"))),
      store.record(leases[1], started(store.find("b2"))),
    ]);
    assertEquals([bad.status, good.status], ["rejected", "fulfilled"]);
    assertInstanceOf((bad as PromiseRejectedResult).reason, LeaseLostError);
    assertEquals([store.find("a1").state, store.find("b2").state], ["queued", "branching"]);
    assertEquals(store.history("b2").map((event) => event.type), ["CREATED", "STARTED"]);
  });
});

Deno.test("RunStore.acquire() lets one executor in, and the next one once the lease is given back", async () => {
  await withStore(async (store, { path, clock }) => {
    await store.create(newRun("a1"));
    using other = RunStore.open(path, clock);
    const lease = await store.acquire("a1");
    await assertRejects(() => other.acquire("a1"), RunOwnedError, `/${Deno.pid}/`);
    await store.release(lease);
    assertEquals((await other.acquire("a1")).fence, lease.fence + 1);
  });
});

Deno.test("RunStore.acquire() takes over an expired lease, and the old executor can write no more", async () => {
  await withStore(async (store, { path, clock }) => {
    const { run } = await store.create(newRun("a1"));
    using other = RunStore.open(path, clock);
    const lost = await store.acquire("a1");
    clock.forward(LEASE_MS + 1);
    await other.acquire("a1");
    await assertRejects(() => store.record(lost, started(run)), LeaseLostError);
    await assertRejects(() => store.renew(lost), LeaseLostError);
    assertEquals(store.find("a1").state, "queued");
  });
});

Deno.test("RunStore.renew() keeps a lease beyond its first term", async () => {
  await withStore(async (store, { path, clock }) => {
    await store.create(newRun("a1"));
    using other = RunStore.open(path, clock);
    const lease = await store.acquire("a1");
    clock.forward(LEASE_MS - 1);
    await store.renew(lease);
    clock.forward(LEASE_MS - 1);
    await assertRejects(() => other.acquire("a1"), RunOwnedError);
  });
});

Deno.test("RunStore.record() keeps a lease beyond its first term", async () => {
  await withStore(async (store, { path, clock }) => {
    const { run } = await store.create(newRun("a1"));
    using other = RunStore.open(path, clock);
    const lease = await store.acquire("a1");
    clock.forward(LEASE_MS - 1);
    await store.record(lease, started(run));
    clock.forward(LEASE_MS - 1);
    await assertRejects(() => other.acquire("a1"), RunOwnedError);
  });
});

Deno.test("RunStore.record() gives a run back that wants nothing more, if it is told to and no cancel waits", async () => {
  await withStore(async (store) => {
    const move = async (id: string, state: StoredRun["state"], { release, cancel }: { release: boolean; cancel: boolean }) => {
      await store.create(newRun(id));
      const lease = await store.acquire(id);
      if (cancel) await store.requestCancel(id, { by: "ann", reason: null });
      await store.record(lease, { event: STARTED, next: { ...store.find(id), state }, release });
      return store.ownerOf(id) === null;
    };
    assertEquals(await move("ended", "published", { release: true, cancel: false }), true);
    assertEquals(await move("waits", "awaitingApproval", { release: true, cancel: false }), true);
    assertEquals(await move("not told to", "published", { release: false, cancel: false }), false);
    assertEquals(await move("goes on", "importing", { release: true, cancel: false }), false);
    assertEquals(await move("to be cancelled", "awaitingApproval", { release: true, cancel: true }), false);
  });
});

Deno.test("RunStore.release() leaves a run alone that another took meanwhile", async () => {
  await withStore(async (store, { path, clock }) => {
    await store.create(newRun("a1"));
    using other = RunStore.open(path, clock);
    const lost = await store.acquire("a1");
    clock.forward(LEASE_MS + 1);
    await other.acquire("a1");
    await store.release(lost);
    assertEquals(store.ownerOf("a1") === null, false);
  });
});

Deno.test("RunStore.acquire() takes over at once from a process that was killed on this host", async () => {
  await withStore(async (store, { path }) => {
    await store.create(newRun("a1"));
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        "--ext=ts",
        `import { RunStore } from ${JSON.stringify(import.meta.resolve("./run_store.ts"))};
        await RunStore.open(${JSON.stringify(path)}).acquire("a1"); console.log("held"); setInterval(() => {}, 1000);`,
      ],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    assertStringIncludes(new TextDecoder().decode((await reader.read()).value), "held");
    // The child's clock is the real one, ours stands in the past: its lease is far from expiry.
    await assertRejects(() => store.acquire("a1"), RunOwnedError);
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    assertEquals((await store.acquire("a1")).fence, 2);
  });
});

Deno.test("RunStore.list() gives runs newest first, filtered and limited", async () => {
  await withStore(async (store, { clock }) => {
    for (const id of ["a1", "b2", "c3"]) {
      await store.create(newRun(id, { spec: { ...SPEC, name: id === "b2" ? "other" : "trips" } }));
      clock.forward(1000);
    }
    const lease = await store.acquire("c3");
    await store.record(lease, started(store.find("c3")));
    const ids = (filter: Parameters<RunStore["list"]>[0]) => store.list(filter).map((run) => run.id);
    assertEquals(ids({}), ["c3", "b2", "a1"]);
    assertEquals(ids({ limit: 2 }), ["c3", "b2"]);
    assertEquals(ids({ flow: "trips" }), ["c3", "a1"]);
    assertEquals(ids({ state: "queued" }), ["b2", "a1"]);
    assertEquals(ids({ outcome: "published" }), []);
  });
});

Deno.test("RunStore.list() reads an index for every filter", async () => {
  await withStore(async (store, { path }) => {
    await store.create(newRun("a1"));
    const database = new Database(path, { readonly: true });
    for (const where of ["", "where flow = 'f'", "where state = 'queued'", "where outcome = 'failed'"]) {
      const plan = database.prepare(`explain query plan select * from runs ${where} order by created_at desc limit 20`).all() as { detail: string }[];
      assertStringIncludes(plan.map((row) => row.detail).join("\n"), "USING INDEX");
    }
    database.close();
  });
});

Deno.test("RunStore.interrupted() names runs that nobody alive executes, oldest first, and none that ended or wait", async () => {
  await withStore(async (store, { clock }) => {
    for (const id of ["new", "held", "done", "waits", "dead"]) {
      await store.create(newRun(id));
      clock.forward(1);
    }
    const move = async (id: string, state: StoredRun["state"]) => {
      const lease = await store.acquire(id);
      await store.record(lease, { event: STARTED, next: { ...store.find(id), state } });
      return lease;
    };
    await move("dead", "importing");
    clock.forward(LEASE_MS + 1);
    await store.release(await move("done", "published"));
    await store.release(await move("waits", "awaitingApproval"));
    await move("held", "importing");
    assertEquals(store.interrupted().map((run) => run.id), ["new", "dead"]);
    await store.requestCancel("waits", { by: "ann", reason: null });
    assertEquals(store.interrupted().map((run) => run.id), ["new", "waits", "dead"]);
  });
});

Deno.test("RunStore.open() refuses a store written by a newer version", async () => {
  await withStore(async (_store, { path }) => {
    const database = new Database(path);
    database.pragma("user_version = 999");
    database.close();
    await Promise.resolve();
    const error = assertThrows(() => RunStore.open(path), UsageError, "a newer version of wap wrote it");
    assertEquals(error.hint, "Update wap, or point --home at another folder");
  });
});

Deno.test("RunStore.open() refuses a file that is no database, and names it", async () => {
  await withStore(async (_store, { path }) => {
    const other = `${path}.txt`;
    await Deno.writeTextFile(other, "this is not a database, it is a text that is long enough to be taken for one".repeat(20));
    assertThrows(() => RunStore.open(other), TerminalError, `Cannot read run store "${other}": the file is damaged`);
  });
});

Deno.test("RunStore.open() applies as many migrations as were generated", async () => {
  await withStore(async (_store, { path }) => {
    const database = new Database(path, { readonly: true });
    assertEquals(database.pragma("user_version", { simple: true }), journal.entries.length);
    database.close();
    await Promise.resolve();
  });
});

Deno.test("RunStore.open() keeps what another process wrote while both had it open", async () => {
  await withStore(async (store, { path, clock }) => {
    using other = RunStore.open(path, clock);
    await Promise.all([...Array(20).keys()].map((at) => (at % 2 === 0 ? store : other).create(newRun(`run${at}`))));
    assertEquals(store.list({ limit: 100 }).length, 20);
    assertEquals(existsSync(path), true);
  });
});
