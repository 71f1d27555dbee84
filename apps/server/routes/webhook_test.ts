import { assert, assertEquals, assertExists, assertMatch, assertNotEquals } from "@std/assert";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { BODY_BYTES, delivery, NOW, SECRET, type TestServer, webhookFlow, withServer } from "../server_testing.ts";

const OLD_SECRET = "whsec_b2xkIHNlY3JldCBvZiB0aGUgdGVzdHMsIDMyIGJ5dGVz";
const FLOWS = { "trips.yaml": webhookFlow("trips") };
const BODY = '{"from":"data/trips.csv"}';

interface ErrorBody {
  error: { code: string; message: string; hint: string | null; field?: string };
}

async function errorOf(response: Response, status: number): Promise<ErrorBody["error"]> {
  assertEquals(response.status, status);
  const { error } = await response.json() as ErrorBody;
  assertMatch(error.message, /^Cannot /);
  return error;
}

function assertNothingStored({ store }: TestServer): void {
  assertEquals(store.list(), []);
}

Deno.test("POST /webhooks/:flow stores a run and answers 202 with its id, URL and state", async () => {
  await withServer({ flows: FLOWS }, async ({ app, store, folder }) => {
    const response = await app.request("http://wap.example:4200/webhooks/trips", delivery(BODY));
    assertEquals(response.status, 202);
    const [run] = store.list();
    assertExists(run);
    assertEquals(await response.json(), { id: run.id, url: `http://wap.example:4200/api/v1/runs/${run.id}`, state: "queued" });
    assertEquals(response.headers.get("location"), `http://wap.example:4200/api/v1/runs/${run.id}`);
    assertEquals([run.flow, run.lakehouse, run.idempotencyKey], ["trips", "local", "webhook:msg_1"]);
    assertEquals(store.inputs(run.id).spec.tables[0]?.from, [join(folder, "data/trips.csv")]);
  });
});

Deno.test("POST /webhooks/:flow takes a list of files, and the flow's own where none are given", async () => {
  await withServer({ flows: { "trips.yaml": webhookFlow("trips", "from: /data/default.csv") } }, async ({ app, store }) => {
    await app.request("/webhooks/trips", delivery('{"from":["/a.csv","https://example.com/b.csv"]}', { id: "msg_1" }));
    await app.request("/webhooks/trips", delivery("{}", { id: "msg_2" }));
    const sources = store.list().map((run) => store.inputs(run.id).spec.tables[0]?.from);
    assertEquals(sources, [["/data/default.csv"], ["/a.csv", "https://example.com/b.csv"]]);
  });
});

Deno.test("POST /webhooks/:flow answers the same delivery with 200 and the same run", async () => {
  await withServer({ flows: FLOWS }, async ({ app, store }) => {
    const first = await app.request("/webhooks/trips", delivery(BODY));
    const again = await app.request("/webhooks/trips", delivery(BODY, { at: new Date(NOW.getTime() + 60_000) }));
    assertEquals([first.status, again.status], [202, 200]);
    assertEquals(await again.json(), await first.json());
    assertEquals(store.list().length, 1);
  });
});

Deno.test("POST /webhooks/:flow knows a delivery again though the flow has changed since", async () => {
  await withServer({ flows: FLOWS }, async ({ app, store, folder }) => {
    const first = await app.request("/webhooks/trips", delivery(BODY));
    await Deno.writeTextFile(join(folder, "flows/trips.yaml"), webhookFlow("trips", "on_failure: keep"));
    const again = await app.request("/webhooks/trips", delivery(BODY));
    assertEquals([again.status, await again.json()], [200, await first.json()]);
    assertEquals(store.list().length, 1);
  });
});

Deno.test("POST /webhooks/:flow makes one run of a delivery that comes several times at once", async () => {
  await withServer({ flows: FLOWS }, async ({ app, store }) => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => app.request("/webhooks/trips", delivery(BODY))));
    assertEquals(answers.map((answer) => answer.status).sort(), [200, 200, 200, 200, 200, 200, 200, 202]);
    assertEquals(store.list().length, 1);
  });
});

Deno.test("POST /webhooks/:flow answers 409 to a delivery's id with another body", async () => {
  await withServer({ flows: FLOWS }, async ({ app, store }) => {
    await app.request("/webhooks/trips", delivery(BODY));
    const error = await errorOf(await app.request("/webhooks/trips", delivery('{"from":"data/other.csv"}')), 409);
    assertEquals(error.code, "idempotency_conflict");
    assertEquals(store.list().length, 1);
  });
});

Deno.test("POST /webhooks/:flow keeps deliveries of two flows apart, whatever their ids", async () => {
  await withServer({ flows: { ...FLOWS, "rides.yaml": webhookFlow("rides") } }, async ({ app, store }) => {
    const answers = [await app.request("/webhooks/trips", delivery(BODY)), await app.request("/webhooks/rides", delivery(BODY))];
    assertEquals(answers.map((answer) => answer.status), [202, 202]);
    assertEquals(store.list().map((run) => run.flow), ["rides", "trips"]);
  });
});

Deno.test("POST /webhooks/:flow answers 401, always the same, to whatever is not signed rightly", async () => {
  const right = delivery(BODY);
  const headers = right.headers as Record<string, string>;
  const shifted = (seconds: number) => delivery(BODY, { at: new Date(NOW.getTime() + seconds * 1000) });
  const without = (name: string) => ({ ...right, headers: Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name)) });
  const wrong: Record<string, RequestInit> = {
    "another secret": delivery(BODY, { secret: OLD_SECRET }),
    "an old time": shifted(-301),
    "a time to come": shifted(301),
    "another body": { ...right, body: '{"from":"data/other.csv"}' },
    "another id": { ...right, headers: { ...headers, "webhook-id": "msg_2" } },
    "another time": { ...right, headers: { ...headers, "webhook-timestamp": String(NOW.getTime() / 1000 + 1) } },
    "a signature that is none": { ...right, headers: { ...headers, "webhook-signature": "v1,AAAA" } },
    "no id": without("webhook-id"),
    "no time": without("webhook-timestamp"),
    "no signature": without("webhook-signature"),
    "nothing": { method: "POST" },
    "a body that is not JSON": { ...right, body: "{" },
    "no body": { method: "POST", headers },
  };
  await withServer({ flows: FLOWS }, async (server) => {
    const answers = new Set<string>();
    for (const [what, request] of Object.entries(wrong)) {
      const response = await server.app.request("/webhooks/trips", request);
      assertEquals(response.status, 401, what);
      answers.add(await response.text());
    }
    assertEquals(answers.size, 1);
    assertNothingStored(server);
  });
});

Deno.test("POST /webhooks/:flow takes both secrets while one is put in place of the other, and the old one no more afterwards", async () => {
  await withServer({ flows: FLOWS, secrets: { TEST_SECRET: `${SECRET},${OLD_SECRET}` } }, async ({ app }) => {
    assertEquals((await app.request("/webhooks/trips", delivery(BODY, { id: "msg_1", secret: OLD_SECRET }))).status, 202);
    assertEquals((await app.request("/webhooks/trips", delivery(BODY, { id: "msg_2", secret: SECRET }))).status, 202);
  });
  await withServer({ flows: FLOWS }, async ({ app }) => {
    assertEquals((await app.request("/webhooks/trips", delivery(BODY, { secret: OLD_SECRET }))).status, 401);
  });
});

Deno.test("POST /webhooks/:flow answers 404 for an unknown flow, and the same for one that takes no webhooks", async () => {
  const closed = "name: closed\nfrom: /a.csv\ninto: { table: t }\nchecks: ['not_null(id)']\n";
  await withServer({ flows: { ...FLOWS, "closed.yaml": closed } }, async (server) => {
    const answers = [];
    for (const flow of ["unknown", "closed", "trips.yaml", "..%2fflows%2ftrips.yaml", "flows%2ftrips", "TRIPS", "%00", "%zz"]) {
      const response = await server.app.request(`/webhooks/${flow}`, delivery(BODY));
      assertEquals(response.status, 404, flow);
      answers.push(await response.text());
    }
    assertEquals(new Set(answers).size, 1);
    assertNothingStored(server);
  });
});

Deno.test("POST /webhooks/:flow answers 500 and takes nothing where the secret is missing or is none", async () => {
  const environments: Record<string, string>[] = [{}, { TEST_SECRET: "" }, { TEST_SECRET: "not base64!" }];
  for (const secrets of environments) {
    await withServer({ flows: FLOWS, secrets }, async (server) => {
      const response = await server.app.request("/webhooks/trips", delivery(BODY, { secret: SECRET }));
      assertEquals((await errorOf(response, 500)).code, "misconfigured");
      assertNothingStored(server);
      const entry = await server.log.find((entry) => entry.event === "request_failed");
      assertMatch(String(entry.cause), /TEST_SECRET is not (?:set|base64)/);
      assertEquals(JSON.stringify(server.log.entries).includes("not base64!"), false);
    });
  }
});

Deno.test("POST /webhooks/:flow answers 500 for a flow file that is broken, and tells the log alone what is wrong with it", async () => {
  await withServer({ flows: { "trips.yaml": "name: trips\nmystery: 1\n" } }, async ({ app, log }) => {
    const response = await app.request("/webhooks/trips", delivery(BODY));
    const text = await response.clone().text();
    await errorOf(response, 500);
    assertEquals(text.includes("mystery"), false);
    assertMatch(String((await log.find((entry) => entry.event === "request_failed")).cause), /mystery/);
  });
});

Deno.test("POST /webhooks/:flow answers 500 for a flow without a check that could block", async () => {
  const unchecked = "name: trips\ninto: { table: trips }\nwebhook: { secret_env: TEST_SECRET }\n";
  await withServer({ flows: { "trips.yaml": unchecked } }, async (server) => {
    assertEquals((await errorOf(await server.app.request("/webhooks/trips", delivery(BODY)), 500)).code, "misconfigured");
    assertNothingStored(server);
  });
});

Deno.test("POST /webhooks/:flow answers 422 and names the field at fault", async () => {
  const wrong: [string, string, string][] = [
    ["{", "body", "invalid_input"],
    ["", "body", "invalid_input"],
    ["null", "body", "invalid_input"],
    ['["a.csv"]', "body", "invalid_input"],
    ['{"from":7}', "from", "invalid_input"],
    ['{"from":""}', "from", "invalid_input"],
    ['{"from":["a.csv",null]}', "from", "invalid_input"],
    ['{"form":"a.csv"}', "form", "invalid_input"],
    ['{"from":"a.csv","mode":"replace"}', "mode", "invalid_input"],
    ["{}", "from", "no_source"],
    ['{"from":[]}', "from", "no_source"],
  ];
  await withServer({ flows: FLOWS }, async (server) => {
    for (const [body, field, code] of wrong) {
      const error = await errorOf(await server.app.request("/webhooks/trips", delivery(body)), 422);
      assertEquals([error.field, error.code], [field, code], body);
    }
    assertNothingStored(server);
  });
});

Deno.test("POST /webhooks/:flow answers 422 to a body that is signed but not UTF-8", async () => {
  await withServer({ flows: FLOWS }, async ({ app }) => {
    const body = new Uint8Array([0x22, 0xff, 0x22]);
    const key = Uint8Array.fromBase64(SECRET.slice("whsec_".length));
    const time = NOW.getTime() / 1000;
    const signature = createHmac("sha256", key).update(`msg_1.${time}.`).update(body).digest("base64");
    const headers = { "webhook-id": "msg_1", "webhook-timestamp": String(time), "webhook-signature": `v1,${signature}` };
    assertEquals((await errorOf(await app.request("/webhooks/trips", { method: "POST", body, headers }), 422)).field, "body");
  });
});

Deno.test("POST /webhooks/:flow answers 422 to files for a flow that fills several tables", async () => {
  const tables = ["one", "two"].map((table) => `  - { from: /${table}.csv, into: { table: ${table} }, checks: ['not_null(id)'] }`).join("\n");
  await withServer({ flows: { "trips.yaml": `name: trips\ntables:\n${tables}\nwebhook: { secret_env: TEST_SECRET }\n` } }, async ({ app }) => {
    const error = await errorOf(await app.request("/webhooks/trips", delivery(BODY)), 422);
    assertEquals([error.field, error.code], ["from", "several_tables"]);
    assertEquals((await app.request("/webhooks/trips", delivery("{}"))).status, 202);
  });
});

Deno.test("POST /webhooks/:flow takes files from where the flow allows, and from nowhere else", async () => {
  const flow = webhookFlow("trips").replace("TEST_SECRET }", "TEST_SECRET, allow_from: [incoming, https://example.com/data] }");
  await withServer({ flows: { "trips.yaml": flow } }, async ({ app, store, folder }) => {
    const taken = await app.request("/webhooks/trips", delivery('{"from":["incoming/x/../a.csv","https://example.com/data/b.csv"]}'));
    assertEquals(taken.status, 202);
    assertEquals(store.inputs(store.list()[0]!.id).spec.tables[0]?.from, [join(folder, "incoming/a.csv"), "https://example.com/data/b.csv"]);
    for (const from of ["incoming/../secret.csv", "/etc/passwd", "https://example.com/", "incoming/{a,..}/x.csv"]) {
      const error = await errorOf(await app.request("/webhooks/trips", delivery(JSON.stringify({ from }), { id: from })), 422);
      assertEquals(error.field, "from", from);
    }
    assertEquals(store.list().length, 1);
  });
});

/** A body of many kilobytes that counts how much of it was read. */
function longBody(): { body: ReadableStream<Uint8Array>; kilobytesRead: () => number } {
  let read = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (read++ < 1000) controller.enqueue(new Uint8Array(1000));
      else controller.close();
    },
  }, { highWaterMark: 0 });
  return { body, kilobytesRead: () => read };
}

Deno.test("POST /webhooks/:flow answers 413 to a body that announces more than the limit, and reads nothing of it", async () => {
  await withServer({ flows: FLOWS }, async (server) => {
    const { body, kilobytesRead } = longBody();
    const headers = { ...delivery("").headers as Record<string, string>, "content-length": "1000000" };
    const response = await server.app.request("/webhooks/trips", { method: "POST", body, headers });
    assertEquals([(await errorOf(response, 413)).code, kilobytesRead()], ["body_too_large", 0]);
    assertNothingStored(server);
  });
});

Deno.test("POST /webhooks/:flow answers 413 to a body in chunks as soon as it is over the limit, whatever its header says", async () => {
  await withServer({ flows: FLOWS }, async (server) => {
    const announcements: Record<string, string>[] = [{}, { "content-length": "2" }];
    for (const announced of announcements) {
      const { body, kilobytesRead } = longBody();
      const headers = { ...delivery("").headers as Record<string, string>, ...announced };
      const response = await server.app.request("/webhooks/trips", { method: "POST", body, headers });
      assertEquals((await errorOf(response, 413)).code, "body_too_large");
      assert(kilobytesRead() <= BODY_BYTES / 1000 + 5, `${kilobytesRead()} kB were read`);
    }
    assertNothingStored(server);
  });
});

Deno.test("POST /webhooks/:flow takes a body that just fits", async () => {
  await withServer({ flows: FLOWS }, async ({ app }) => {
    const frame = JSON.stringify({ from: "" }).length;
    const fits = (bytes: number) => delivery(JSON.stringify({ from: "x".repeat(bytes - frame) }), { id: `msg_${bytes}` });
    assertEquals((await app.request("/webhooks/trips", fits(BODY_BYTES))).status, 202);
    assertEquals((await app.request("/webhooks/trips", fits(BODY_BYTES + 1))).status, 413);
  });
});

Deno.test("POST /webhooks/:flow answers 400 to a body that breaks off, and takes nothing", async () => {
  await withServer({ flows: FLOWS }, async (server) => {
    const body = new ReadableStream({ start: (controller) => controller.error(new TypeError("connection lost")) });
    const response = await server.app.request("/webhooks/trips", { ...delivery(""), body });
    assertEquals((await errorOf(response, 400)).code, "body_incomplete");
    assertNothingStored(server);
  });
});

Deno.test("POST /webhooks/:flow logs neither secrets nor signatures nor bodies", async () => {
  await withServer({ flows: FLOWS }, async ({ app, log }) => {
    const request = delivery(BODY);
    await app.request("/webhooks/trips", request);
    await app.request("/webhooks/trips", { ...request, body: "{" });
    const text = JSON.stringify(log.entries);
    const signature = new Webhook(SECRET).sign("msg_1", NOW, BODY);
    for (const secret of [SECRET, SECRET.slice(6), signature, signature.slice(3), "data/trips.csv"]) assertEquals(text.includes(secret), false, secret);
    assertNotEquals(log.entries, []);
  });
});
