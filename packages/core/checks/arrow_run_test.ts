import { type RecordBatch, tableFromArrays } from "apache-arrow";
import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import type { ArrowCheck } from "../check.ts";
import { UsageError } from "../errors.ts";
import { readVerdict, runArrowCheck } from "./arrow_run.ts";
import { check } from "./build.ts";

/** A scan of some batches, and what became of it. */
class Scan {
  readonly read: number[] = [];
  isClosed = false;
  readonly #sizes: number[];

  constructor(...sizes: number[]) {
    this.#sizes = sizes;
  }

  /** Yields the batches; then, if endless, nothing until it is aborted. */
  async *open(signal: AbortSignal, options: { isEndless?: boolean } = {}): AsyncGenerator<RecordBatch> {
    try {
      for (const size of this.#sizes) {
        signal.throwIfAborted();
        this.read.push(size);
        yield tableFromArrays({ a: new Int32Array(size) }).batches[0]!;
      }
      if (options.isEndless) await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    } finally {
      this.isClosed = true;
    }
  }
}

function run(check: ArrowCheck, { scan = new Scan(1, 2), signal = new AbortController().signal, isEndless = false } = {}) {
  return runArrowCheck(check, { open: (signal) => scan.open(signal, { isEndless }), table: "ns.t", signal });
}

Deno.test("runArrowCheck() hands all batches, the table and a signal to the function", async () => {
  const scan = new Scan(1, 2, 3);
  const verdict = await run(async (batches, { table, signal }) => {
    assertEquals([table, signal.aborted], ["ns.t", false]);
    let failedRows = 0;
    for await (const batch of batches) failedRows += batch.numRows;
    return { failedRows };
  }, { scan });
  assertEquals(verdict, { failedRows: 6 });
  assertEquals(scan.isClosed, true);
});

Deno.test("runArrowCheck() closes the batches when the function stops early, throws or never reads", async () => {
  const early = new Scan(1, 2, 3);
  await run(async (batches) => {
    for await (const batch of batches) return batch.numRows === 1;
    return false;
  }, { scan: early });
  assertEquals([early.read, early.isClosed], [[1], true]);

  const throwing = new Scan(1, 2);
  await assertRejects(
    () =>
      run(async (batches) => {
        await batches[Symbol.asyncIterator]().next();
        throw new Error("too bad");
      }, { scan: throwing }),
    Error,
    "too bad",
  );
  assertEquals(throwing.isClosed, true);

  const unread = new Scan(1);
  assertEquals(await run(() => true, { scan: unread }), true);
  assertEquals(unread.read, []);
});

Deno.test("runArrowCheck() rejects with the reason as soon as it is stopped, even if the function ignores that", async () => {
  const stop = new AbortController();
  const scan = new Scan();
  const running = run(() => {
    queueMicrotask(() => stop.abort(new Error("stopped")));
    return new Promise<boolean>(() => {});
  }, { scan, signal: stop.signal });
  await assertRejects(() => running, Error, "stopped");
});

Deno.test("runArrowCheck() ends a read under way when it is stopped", async () => {
  const stop = new AbortController();
  const scan = new Scan(1);
  const running = run(async (batches) => {
    for await (const _ of batches) queueMicrotask(() => stop.abort(new Error("stopped")));
    return true;
  }, { scan, signal: stop.signal, isEndless: true });
  await assertRejects(() => running, Error, "stopped");
  assertEquals(scan.isClosed, true);
});

Deno.test("runArrowCheck() survives a read that the function does not wait for", async () => {
  const scan = new Scan();
  const verdict = await run((batches) => {
    batches[Symbol.asyncIterator]().next();
    return true;
  }, { scan, isEndless: true });
  assertEquals([verdict, scan.isClosed], [true, true]);
});

Deno.test("runArrowCheck() does not start when it is stopped already", async () => {
  const reason = new Error("stopped");
  const error = await assertRejects(() => run(() => true, { signal: AbortSignal.abort(reason) }));
  assertStrictEquals(error, reason);
});

const SPEC = check.arrow("a", () => true, { sample: 1 }).spec;

Deno.test("readVerdict() reads true, false and numbers of rows", () => {
  assertEquals(readVerdict(SPEC, true), { failedRows: 0, sample: [] });
  assertEquals(readVerdict(SPEC, false), { failedRows: null, sample: [] });
  assertEquals(readVerdict(SPEC, { failedRows: 2, observed: "2 outliers", sample: [{ a: 1n }, { a: 2n }] }), {
    failedRows: 2,
    observed: "2 outliers",
    sample: [{ a: 1 }],
  });
});

Deno.test("readVerdict() refuses what is no verdict", () => {
  for (const verdict of [undefined, null, 3, "yes", {}, { failedRows: -1 }, { failedRows: 1.5 }, { failedRows: NaN }, { failedRows: 1, sample: "x" }]) {
    assertThrows(() => readVerdict(SPEC, verdict as never), UsageError, "neither true, false nor a number of rows");
  }
});

Deno.test("readVerdict() refuses false where a number of rows is tolerated", () => {
  const { spec } = check.arrow("a", () => true, { maxPct: 5 });
  assertThrows(() => readVerdict(spec, false), UsageError, "no number of rows");
  assertEquals(readVerdict(spec, true).failedRows, 0);
});
