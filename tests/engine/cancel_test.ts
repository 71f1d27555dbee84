import { assertEquals } from "@std/assert";
import { World } from "../support/engine_world.ts";

Deno.test("a cancel whose process died before it could undo comes before an approval, and before the end of the time to approve", async () => {
  await using world = await World.make();
  for (const late of [0, 3_600_001]) {
    const engine = world.engine({}, { now: () => new Date(Date.now() + late) });
    const id = await world.submit(engine, world.flow({ approval: "always", approvalExpires: "1h" }));
    await engine.execute(id);
    await world.store.requestCancel(id, { by: "ann", reason: "wrong month" });
    assertEquals((await engine.approve(id, { by: "bob", reason: null })).state, "cancelled");
    assertEquals([engine.report(id).error?.message, await world.branches(), await world.publishes()], ["Cancelled by ann: wrong month", ["main"], []]);
  }
});
