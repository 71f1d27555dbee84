import { assertEquals, assertRejects } from "@std/assert";
import { defineFlow } from "../flows/define_flow.ts";
import { step } from "../flow.ts";
import type { Lakehouse } from "../lakehouse.ts";
import { initialContext } from "../machine/context.ts";
import { fingerprintOf } from "../flows/fingerprint.ts";
import { RunStore } from "../store/run_store.ts";
import { type Call, interceptFlow, interceptLakehouse, type Interceptor, interceptStore } from "./interception.ts";

/** Commits without end, and a branch. */
class EndlessLog {
  closed = false;

  resolve(ref: string): Promise<string> {
    return Promise.resolve(`${ref}@1`);
  }

  async *log(ref: string): AsyncGenerator<string> {
    try {
      for (let at = 1;; at++) yield await Promise.resolve(`${ref}@${at}`);
    } finally {
      this.closed = true;
    }
  }
}

/** An interceptor that notes what it sees, on both sides. */
function noting(seen: string[]): Interceptor {
  return async ({ point }: Call, proceed) => {
    seen.push(`before ${point}`);
    const answer = await proceed();
    seen.push(`after ${point}`);
    return answer;
  };
}

Deno.test("interceptLakehouse() leads each call through the interceptor, with its arguments", async () => {
  const calls: Call[] = [];
  const lakehouse = interceptLakehouse(new EndlessLog() as unknown as Lakehouse, (call, proceed) => {
    calls.push(call);
    return proceed();
  });
  assertEquals(await lakehouse.resolve("main"), "main@1");
  assertEquals(calls, [{ point: "lakehouse.resolve", args: ["main"] }]);
});

Deno.test("interceptLakehouse() takes the reading of a stream for one call, that ends when the reader has enough", async () => {
  const [seen, inner]: [string[], EndlessLog] = [[], new EndlessLog()];
  const lakehouse = interceptLakehouse(inner as unknown as Lakehouse, noting(seen));
  const read: unknown[] = [];
  const stream = lakehouse.log("main");
  assertEquals(seen, []);
  for await (const commit of stream) {
    seen.push("read");
    read.push(commit);
    if (read.length === 2) break;
  }
  assertEquals(seen, ["before lakehouse.log", "read", "read", "after lakehouse.log"]);
  assertEquals([read, inner.closed], [["main@1", "main@2"], true]);
});

Deno.test("interceptLakehouse() passes on what a stream, or the interceptor around it, throws", async () => {
  const failing = {
    // deno-lint-ignore require-yield -- it fails before
    async *log() {
      await Promise.reject(new Error("no connection"));
    },
  } as unknown as Lakehouse;
  const readAll = (lakehouse: Lakehouse) => Array.fromAsync(lakehouse.log("main"));
  await assertRejects(() => readAll(interceptLakehouse(failing, (_call, proceed) => proceed())), Error, "no connection");
  const thrown = (side: "before" | "after"): Interceptor => async (_call, proceed) => {
    if (side === "before") throw new Error("thrown before");
    await proceed();
    throw new Error("thrown after");
  };
  const empty = { async *log() {} } as unknown as Lakehouse;
  await assertRejects(() => readAll(interceptLakehouse(empty, thrown("before"))), Error, "thrown before");
  await assertRejects(() => readAll(interceptLakehouse(empty, thrown("after"))), Error, "thrown after");
});

Deno.test("interceptStore() leads writes through the interceptor, reads and heartbeats past it", async () => {
  const seen: string[] = [];
  using opened = RunStore.open(":memory:");
  const store = interceptStore(opened, noting(seen));
  const { spec } = defineFlow({ name: "trips", into: { table: "trips" } });
  const context = initialContext(spec, "wap/trips/a");
  await store.create({ id: "a", spec, source: null, fingerprint: fingerprintOf(spec), lakehouse: "memory", context, idempotencyKey: null, inputDigest: "d" });
  const lease = await store.acquire("a");
  await store.renew(lease);
  await store.record(lease, { event: { type: "STARTED", base: "b" }, next: { state: "branching", context } });
  await store.requestCancel("a", { by: "ann", reason: null });
  await store.release(lease);
  assertEquals([store.find("a").state, store.history("a").length], ["branching", 2]);
  assertEquals(seen.filter((line) => line.startsWith("before")).map((line) => line.slice(7)), [
    "store.create(trips)",
    "store.acquire",
    "store.record(STARTED)",
    "store.requestCancel",
    "store.release",
  ]);
});

Deno.test("interceptFlow() leads steps, checks and hooks through the interceptor, and leaves the flow's fingerprint alone", async () => {
  const [seen, done]: [string[], string[]] = [[], []];
  const flow = defineFlow({
    name: "trips",
    into: { table: "trips" },
    steps: [step("a", () => void done.push("a"), { onRollback: () => void done.push("undo a") }), step("b", () => void done.push("b"))],
    onCommit: () => void done.push("commit"),
  });
  const { code, spec } = interceptFlow(flow, noting(seen));
  const context = {} as never;
  await code.steps.get("a")!.run(context);
  await code.steps.get("a")!.onRollback!(context);
  await code.onCommit!(context);
  assertEquals([code.onRollback, code.steps.get("b")!.onRollback], [undefined, undefined]);
  assertEquals(done, ["a", "undo a", "commit"]);
  assertEquals(seen.filter((line) => line.startsWith("after")), ['after step "a"', 'after onRollback of step "a"', "after onCommit"]);
  assertEquals(fingerprintOf(spec), fingerprintOf(flow.spec));
});
