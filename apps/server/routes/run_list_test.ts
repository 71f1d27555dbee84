import { assertEquals } from "@std/assert";
import { delivery, webhookFlow, withServer } from "../server_testing.ts";

const FLOWS = { "trips.yaml": webhookFlow("trips", "from: /a.csv"), "rides.yaml": webhookFlow("rides", "from: /b.csv") };

async function idsOf(response: Response): Promise<string[]> {
  assertEquals(response.status, 200);
  const { runs } = await response.json() as { runs: { id: string }[] };
  return runs.map((run) => run.id);
}

Deno.test("GET /api/v1/runs lists runs newest first, filtered and limited", async () => {
  await withServer({ flows: FLOWS }, async ({ app, engine }) => {
    const ids: string[] = [];
    for (const [index, flow] of ["trips", "rides", "trips"].entries()) {
      const response = await app.request(`/webhooks/${flow}`, delivery("{}", { id: `msg_${index}` }));
      ids.unshift((await response.json() as { id: string }).id);
    }
    await engine.cancel(ids[2]!, { by: "test", reason: null });
    const list = async (query: string) => await idsOf(await app.request(`/api/v1/runs${query}`));
    assertEquals(await list(""), ids);
    assertEquals(await list("?limit=2"), ids.slice(0, 2));
    assertEquals(await list("?flow=rides"), [ids[1]]);
    assertEquals(await list("?state=queued"), ids.slice(0, 2));
    assertEquals(await list("?outcome=cancelled&flow=trips"), [ids[2]]);
    assertEquals(await list("?outcome=published"), []);
  });
});

Deno.test("GET /api/v1/runs answers 422 to a query it does not understand, and names the parameter", async () => {
  await withServer({}, async ({ app }) => {
    const wrong = { "state=done": "state", "outcome=queued": "outcome", "limit=0": "limit", "limit=many": "limit", "limit=501": "limit", "limit=": "limit" };
    for (const [query, field] of Object.entries({ ...wrong, "status=failed": "status", "state=queued&state=failed": "state", "flow=": "flow" })) {
      const response = await app.request(`/api/v1/runs?${query}`);
      assertEquals(response.status, 422, query);
      assertEquals((await response.json() as { error: { field: string } }).error.field, field, query);
    }
  });
});
