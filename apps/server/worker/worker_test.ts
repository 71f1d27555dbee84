import { assert, assertEquals } from "@std/assert";
import { check, defineFlow, type Flow, step } from "@wap/core";
import { join } from "node:path";
import type { LogEntry } from "../log.ts";
import { type TestServer, type TestServerOptions, withServer } from "../server_testing.ts";
import { Worker } from "./worker.ts";

const gates = new Set<Gate>();

/** Where a step waits until the test lets it go on, or is over. */
class Gate {
  readonly #reached = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();
  /** How often the step came here. */
  visits = 0;

  readonly pass = async () => {
    gates.add(this);
    this.visits++;
    this.#reached.resolve();
    await this.#opened.promise;
  };

  open(): void {
    this.#opened.resolve();
  }

  get reached(): Promise<void> {
    return this.#reached.promise;
  }
}

/** A flow in code, found again by its name; it passes the gate, if there is one, between import and audit. */
function codeFlow(name: string, options: { gate?: Gate; approval?: "always" } = {}): Flow {
  const { gate, approval } = options;
  const steps = gate ? [step("gate", gate.pass)] : [];
  return { ...defineFlow({ name, from: "trips.csv", into: { table: name }, steps, checks: [check.notNull("id")], approval }), source: name };
}

async function withWorker(flows: Flow[], test: (server: TestServer) => Promise<void>, options: TestServerOptions = {}): Promise<void> {
  const code = Object.fromEntries(flows.map((flow) => [flow.spec.name, flow]));
  await withServer({ code, ...options }, async (server) => {
    await Deno.writeTextFile(join(server.folder, "trips.csv"), "id,fare\n1,10\n2,20\n3,30\n");
    try {
      await test(server);
    } finally {
      for (const gate of gates) gate.open();
      gates.clear();
      await server.worker.stop();
    }
  });
}

async function store(server: TestServer, flow: Flow): Promise<string> {
  return (await server.engine.submit(flow, { cwd: server.folder, lakehouse: "local" })).run.id;
}

function isExecuted(runId: string): (entry: LogEntry) => boolean {
  return ({ event, run }) => event === "run_executed" && run === runId;
}

/** A worker over the same parts: what another start of the server would be. */
function nextWorker({ engine, store, log }: TestServer, { now = () => new Date(), concurrency = 2 } = {}): Worker {
  return new Worker({ engine, store, log: log.add, now, concurrency });
}

async function countRows(server: TestServer, table: string): Promise<number> {
  const lakehouse = await server.lakehouse();
  return (await lakehouse.findTable({ namespace: "public", name: table }, { ref: "main" }))?.records ?? 0;
}

Deno.test("Worker executes a run that was handed to it, until it is published", async () => {
  const flow = codeFlow("trips");
  await withWorker([flow], async (server) => {
    server.worker.start();
    const id = await store(server, flow);
    server.worker.submit(server.store.find(id));
    assertEquals((await server.log.find(isExecuted(id))).state, "published");
    assertEquals(await countRows(server, "trips"), 3);
  });
});

Deno.test("Worker does nothing before it is started, and nothing any more once it is stopped", async () => {
  const [flow, other] = [codeFlow("trips"), codeFlow("rides")];
  await withWorker([flow, other], async (server) => {
    const id = await store(server, flow);
    for (const prepare of [() => {}, () => server.worker.start()]) {
      prepare();
      await server.worker.stop();
      server.worker.submit(server.store.find(id));
      // Whatever the worker wrote would be written before this.
      await store(server, other);
      assertEquals([server.worker.isRunning, server.store.find(id).attempts], [false, 0]);
    }
  });
});

Deno.test("Worker.start() takes up a run that was interrupted", async () => {
  const flow = codeFlow("trips");
  await withWorker([flow], async (server) => {
    const id = await store(server, flow);
    const left = await server.engine.execute(id, { until: "importing" });
    assertEquals(left.state, "auditing");
    server.worker.start();
    assertEquals((await server.log.find(isExecuted(id))).state, "published");
    assertEquals(await countRows(server, "trips"), 3);
  });
});

Deno.test("Worker finds runs that other processes stored, but leaves them to those at first", async () => {
  const [flow, own] = [codeFlow("trips"), codeFlow("rides")];
  await withWorker([flow, own], async (server) => {
    const id = await store(server, flow);
    const { createdAt } = server.store.find(id);
    let at = createdAt + 1_999;
    const worker = nextWorker(server, { now: () => new Date(at) });
    worker.start();
    const ownId = await store(server, own);
    worker.submit(server.store.find(ownId));
    await server.log.find(isExecuted(ownId));
    assertEquals(server.store.find(id).attempts, 0);
    at = createdAt + 2_000;
    assertEquals((await server.log.find(isExecuted(id))).state, "published");
    await worker.stop();
  });
});

Deno.test("Worker cancels a run that waits for a person, when another process asked for that", async () => {
  const flow = codeFlow("trips", { approval: "always" });
  await withWorker([flow], async (server) => {
    const id = await store(server, flow);
    assertEquals((await server.engine.execute(id)).state, "awaitingApproval");
    await server.store.requestCancel(id, { by: "ann", reason: null });
    server.worker.start();
    assertEquals((await server.log.find(isExecuted(id))).state, "cancelled");
  });
});

Deno.test("Worker leaves a run that waits for a person alone", async () => {
  const flow = codeFlow("trips", { approval: "always" });
  await withWorker([flow], async (server) => {
    const id = await store(server, flow);
    await server.engine.execute(id);
    server.worker.start();
    server.worker.submit(server.store.find(id));
    await server.worker.stop();
    assertEquals([server.store.find(id).state, server.store.find(id).attempts], ["awaitingApproval", 1]);
  });
});

Deno.test("Worker leaves a run blocked whose flow changed, and goes on with others", async () => {
  const [flow, other] = [codeFlow("changed", { gate: new Gate() }), codeFlow("trips")];
  const changed = codeFlow("changed", { gate: new Gate() });
  changed.spec.steps[0]!.name = "renamed";
  await withWorker([changed, other], async (server) => {
    server.worker.start();
    const [stuck, fine] = [await store(server, flow), await store(server, other)];
    for (const id of [stuck, fine]) server.worker.submit(server.store.find(id));
    assertEquals((await server.log.find(isExecuted(stuck))).state, "blocked");
    assertEquals((await server.log.find(isExecuted(fine))).state, "published");
  });
});

Deno.test("Worker tries a run again that could not be executed, once its time has come and not before", async () => {
  const [flow, other] = [codeFlow("trips"), codeFlow("rides")];
  let broken = true;
  const openLakehouse: TestServerOptions["openLakehouse"] = (open) => {
    if (broken) throw new TypeError("Cannot open the lakehouse: the disk is away");
    return open();
  };
  await withWorker([flow, other], async (server) => {
    let ahead = 0;
    const worker = nextWorker(server, { now: () => new Date(Date.now() + ahead) });
    const stuck = (id: string) => ({ event, run }: LogEntry) => event === "run_stuck" && run === id;
    worker.start();
    const first = await store(server, flow);
    worker.submit(server.store.find(first));
    await server.log.find(stuck(first));
    // The worker finds the second run when it looks at the store, which is when it could take up the first one too early.
    ahead = 2_500;
    const second = await store(server, other);
    await server.log.find(stuck(second));
    assertEquals(server.log.entries.filter(stuck(first)).length, 1);
    broken = false;
    ahead = 10_000;
    for (const id of [first, second]) assertEquals((await server.log.find(isExecuted(id))).state, "published");
    await worker.stop();
  }, { openLakehouse });
});

Deno.test("Worker leaves a run to the process that executes it", async () => {
  const flow = codeFlow("trips");
  await withWorker([flow], async (server) => {
    const id = await store(server, flow);
    const lease = await server.store.acquire(id);
    server.worker.start();
    server.worker.submit(server.store.find(id));
    assertEquals((await server.log.find(({ event }) => event === "run_elsewhere")).run, id);
    assertEquals(server.store.find(id).state, "queued");
    await server.store.release(lease);
  });
});

Deno.test("Worker executes a run once, however often it is handed over", async () => {
  const gate = new Gate();
  const flow = codeFlow("trips", { gate });
  await withWorker([flow], async (server) => {
    server.worker.start();
    const id = await store(server, flow);
    server.worker.submit(server.store.find(id));
    await gate.reached;
    server.worker.submit(server.store.find(id));
    gate.open();
    await server.log.find(isExecuted(id));
    server.worker.submit(server.store.find(id));
    await server.worker.stop();
    assertEquals([gate.visits, server.store.find(id).attempts, await countRows(server, "trips")], [1, 1, 3]);
  });
});

Deno.test("Worker executes so many runs at once as it may, and the next one when one is done", async () => {
  const three = [new Gate(), new Gate(), new Gate()] as const;
  const flows = three.map((gate, index) => codeFlow(`trips_${index}`, { gate }));
  await withWorker(flows, async (server) => {
    server.worker.start();
    const ids = [];
    for (const flow of flows) ids.push(await store(server, flow));
    for (const id of ids) server.worker.submit(server.store.find(id));
    await Promise.all([three[0].reached, three[1].reached]);
    assertEquals([three[2].visits, server.store.find(ids[2]!).attempts], [0, 0]);
    three[0].open();
    await three[2].reached;
    assertEquals(server.store.find(ids[0]!).outcome, "published");
    for (const gate of three) gate.open();
    for (const id of ids) assertEquals((await server.log.find(isExecuted(id))).state, "published");
  });
});

Deno.test("Worker executes runs that write to one table one after the other, and others meanwhile", async () => {
  const gate = new Gate();
  const [flow, other] = [codeFlow("trips", { gate }), codeFlow("rides")];
  await withWorker([flow, other], async (server) => {
    await Deno.writeTextFile(join(server.folder, "more.csv"), "id,fare\n4,40\n");
    const worker = nextWorker(server, { concurrency: 3 });
    worker.start();
    const first = await store(server, flow);
    const { run: { id: second } } = await server.engine.submit(flow, { cwd: server.folder, lakehouse: "local", from: ["more.csv"] });
    const beside = await store(server, other);
    for (const id of [first, second, beside]) worker.submit(server.store.find(id));
    assertEquals((await server.log.find(isExecuted(beside))).state, "published");
    assertEquals(server.store.find(second).attempts, 0);
    gate.open();
    for (const id of [first, second]) assertEquals((await server.log.find(isExecuted(id))).state, "published");
    await worker.stop();
    assertEquals([await countRows(server, "trips"), await countRows(server, "rides")], [4, 3]);
  });
});

Deno.test("Worker.stop() waits until the current step is recorded, and leaves the run to the next start", async () => {
  const gate = new Gate();
  const flow = codeFlow("trips", { gate });
  await withWorker([flow], async (server) => {
    server.worker.start();
    const id = await store(server, flow);
    server.worker.submit(server.store.find(id));
    await gate.reached;
    let stopped = false;
    const stop = server.worker.stop().then(() => stopped = true);
    await server.app.request("/healthz");
    assert(!stopped);
    gate.open();
    await stop;
    assertEquals([server.store.find(id).state, server.store.ownerOf(id)], ["auditing", null]);
    const next = nextWorker(server);
    next.start();
    await server.log.find((entry) => isExecuted(id)(entry) && entry.state === "published");
    await next.stop();
    assertEquals([gate.visits, await countRows(server, "trips")], [1, 3]);
  });
});
