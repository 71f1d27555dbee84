import { assertEquals, assertMatch } from "@std/assert";
import { UsageError } from "@wap/core/errors";
import { type TestServer, withServer } from "../server_testing.ts";

async function readinessOf({ app }: TestServer): Promise<[number, unknown]> {
  const response = await app.request("/readyz");
  return [response.status, await response.json()];
}

Deno.test("GET /readyz answers 200 while store, lakehouse and worker are there", async () => {
  await withServer({}, async (server) => {
    server.worker.start();
    assertEquals(await readinessOf(server), [200, { ready: true, checks: { store: true, lakehouse: true, worker: true } }]);
    await server.worker.stop();
    assertEquals(await readinessOf(server), [503, { ready: false, checks: { store: true, lakehouse: true, worker: false } }]);
  });
});

Deno.test("GET /readyz answers 503 when the lakehouse does not open, and tells the log alone why", async () => {
  const openLakehouse = () => Promise.reject(new UsageError("Cannot open the lakehouse: /secret/path is a file"));
  await withServer({ openLakehouse }, async (server) => {
    const [status, body] = await readinessOf(server);
    assertEquals([status, body], [503, { ready: false, checks: { store: true, lakehouse: false, worker: false } }]);
    const entry = await server.log.find(({ event }) => event === "not_ready");
    assertMatch(String(entry.error), /secret/);
  });
});

Deno.test("GET /readyz answers 503 when the store does not answer", async () => {
  const openLakehouse = () => Promise.reject(new UsageError("Cannot open the lakehouse: there is none"));
  await withServer({ openLakehouse }, async (server) => {
    server.store[Symbol.dispose]();
    assertEquals(await readinessOf(server), [503, { ready: false, checks: { store: false, lakehouse: false, worker: false } }]);
  });
});
