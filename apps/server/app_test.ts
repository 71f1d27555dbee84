import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { withServer } from "./server_testing.ts";

interface ErrorBody {
  error: { code: string; message: string; hint: string | null };
}

Deno.test("createApp() answers 404 in JSON where nothing is served", async () => {
  await withServer({}, async ({ app }) => {
    const response = await app.request("/nowhere");
    assertEquals([response.status, (await response.json() as ErrorBody).error.code], [404, "no_such_path"]);
  });
});

Deno.test("createApp() answers 405 with what a path takes instead", async () => {
  await withServer({}, async ({ app }) => {
    for (const [method, path, allowed] of [["GET", "/webhooks/trips", "POST"], ["POST", "/healthz", "GET, HEAD"], ["DELETE", "/api/v1/runs/x", "GET, HEAD"]]) {
      const response = await app.request(path!, { method });
      assertEquals([response.status, response.headers.get("allow")], [405, allowed]);
      assertEquals((await response.json() as ErrorBody).error.code, "method_not_allowed");
    }
  });
});

Deno.test("createApp() keeps browsers from doing anything with its answers, errors among them", async () => {
  await withServer({}, async ({ app }) => {
    for (const path of ["/healthz", "/nowhere", "/api/v1/runs/none"]) {
      const { headers } = await app.request(path);
      assertEquals(headers.get("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
      assertEquals([headers.get("x-content-type-options"), headers.get("x-frame-options")], ["nosniff", "DENY"]);
      assertEquals(headers.get("access-control-allow-origin"), null);
    }
  });
});

Deno.test("createApp() gives every request an id, takes over a sender's, and logs it", async () => {
  await withServer({}, async ({ app, log }) => {
    const own = (await app.request("/api/v1/runs")).headers.get("x-request-id");
    assertMatch(own ?? "", /^[\w-]{36}$/);
    const sent = (await app.request("/api/v1/runs?limit=1", { headers: { "x-request-id": "abc-1" } })).headers.get("x-request-id");
    assertEquals(sent, "abc-1");
    const forged = (await app.request("/api/v1/runs", { headers: { "x-request-id": 'a","level":"x' } })).headers.get("x-request-id");
    assertNotEquals(forged, 'a","level":"x');
    const logged = log.entries.map(({ event, requestId, method, path, status }) => [event, requestId, method, path, status]);
    assertEquals(logged.slice(0, 2), [["request", own, "GET", "/api/v1/runs", 200], ["request", "abc-1", "GET", "/api/v1/runs", 200]]);
  });
});

Deno.test("createApp() answers 500 to what nobody foresaw, and tells the log alone what it was", async () => {
  await withServer({}, async ({ app, store, log }) => {
    store[Symbol.dispose]();
    const response = await app.request("/api/v1/runs");
    assertEquals(response.status, 500);
    const { error } = await response.json() as ErrorBody;
    assertEquals([error.code, error.message], ["internal", "Cannot answer the request: something failed on the server"]);
    const entry = await log.find((entry) => entry.event === "request_failed");
    assertMatch(String(entry.error), /database connection is not open/);
    assertEquals([entry.level, entry.requestId], ["error", response.headers.get("x-request-id")]);
  });
});

Deno.test("GET /healthz answers as long as the process can, and is not logged", async () => {
  await withServer({}, async ({ app, log }) => {
    const response = await app.request("/healthz");
    assertEquals([response.status, await response.json()], [200, { status: "ok", version: "1.2.3" }]);
    assertEquals(log.entries, []);
  });
});
