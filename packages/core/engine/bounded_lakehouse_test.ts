import { assertEquals, assertRejects } from "@std/assert";
import type { Lakehouse } from "../lakehouse.ts";
import { boundLakehouse } from "./bounded_lakehouse.ts";

/** A lakehouse with an endless log, that counts its calls. */
class Counting {
  calls = 0;
  closed = 0;

  resolve(ref: string): Promise<string> {
    this.calls++;
    return Promise.resolve(`${ref}@1`);
  }

  async *log(): AsyncGenerator<number> {
    this.calls++;
    try {
      for (let at = 1;; at++) yield await Promise.resolve(at);
    } finally {
      this.closed++;
    }
  }
}

function bound(): { inner: Counting; abort: AbortController; lakehouse: Lakehouse } {
  const [inner, abort] = [new Counting(), new AbortController()];
  return { inner, abort, lakehouse: boundLakehouse(inner as unknown as Lakehouse, abort.signal) };
}

Deno.test("boundLakehouse() makes no call once the signal is aborted", async () => {
  const { inner, abort, lakehouse } = bound();
  assertEquals(await lakehouse.resolve("main"), "main@1");
  abort.abort(new Error("too late"));
  await assertRejects(() => lakehouse.resolve("main"), Error, "too late");
  await assertRejects(() => Array.fromAsync(lakehouse.log("main")), Error, "too late");
  assertEquals(inner.calls, 1);
});

Deno.test("boundLakehouse() ends a stream when the signal is aborted, and closes it when its reader has enough", async () => {
  const { inner, abort, lakehouse } = bound();
  const read: unknown[] = [];
  for await (const commit of lakehouse.log("main")) if (read.push(commit) === 2) break;
  assertEquals([read, inner.closed], [[1, 2], 1]);
  await assertRejects(
    async () => {
      for await (const _ of lakehouse.log("main")) abort.abort(new Error("too late"));
    },
    Error,
    "too late",
  );
  assertEquals(inner.closed, 2);
});
