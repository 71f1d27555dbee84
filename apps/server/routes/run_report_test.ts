import { assertEquals } from "@std/assert";
import { delivery, webhookFlow, withServer } from "../server_testing.ts";

const FLOWS = { "trips.yaml": webhookFlow("trips", "from: /a.csv") };
/** More ids than there are first characters, so that two share one. */
const MANY = 33;

Deno.test("GET /api/v1/runs/:id reports a run in full, by its id or the beginning of it", async () => {
  await withServer({ flows: FLOWS }, async ({ app, engine }) => {
    const { id, url } = await (await app.request("/webhooks/trips", delivery("{}"))).json() as { id: string; url: string };
    for (const path of [url, `/api/v1/runs/${id}`, `/api/v1/runs/${id.slice(0, 4)}`]) {
      const response = await app.request(path);
      assertEquals(response.status, 200);
      assertEquals(await response.json(), { run: JSON.parse(JSON.stringify(engine.report(id))) });
    }
  });
});

Deno.test("GET /api/v1/runs/:id answers 404 for an id that no run has", async () => {
  await withServer({}, async ({ app }) => {
    for (const id of ["nosuchrun", "%25", "..%2f"]) {
      const response = await app.request(`/api/v1/runs/${id}`);
      assertEquals(response.status, 404, id);
      assertEquals((await response.json() as { error: { code: string } }).error.code, "run_not_found");
    }
  });
});

Deno.test("GET /api/v1/runs/:id answers 409 for a beginning that several ids have", async () => {
  await withServer({ flows: FLOWS }, async ({ app, store }) => {
    await Promise.all(Array.from({ length: MANY }, (_, index) => app.request("/webhooks/trips", delivery("{}", { id: `msg_${index}` }))));
    const firsts = store.list({ limit: MANY }).map((run) => run.id[0]!);
    const shared = firsts.find((first, index) => firsts.indexOf(first) !== index)!;
    const response = await app.request(`/api/v1/runs/${shared}`);
    assertEquals(response.status, 409);
    assertEquals((await response.json() as { error: { code: string } }).error.code, "ambiguous_id");
  });
});
