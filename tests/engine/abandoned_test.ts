import { assertEquals, assertRejects } from "@std/assert";
import { OutcomeUnknownError, step } from "@wap/core";
import { World } from "../support/engine_world.ts";

Deno.test("execute() undoes nothing while a merge has no answer, and resume finds the merge that happened late", async () => {
  await using world = await World.make();
  const arrives = Promise.withResolvers<void>();
  const stuck = world.engine({ before: (method) => method === "merge" ? arrives.promise : undefined });
  const id = await world.submit(stuck, world.flow({ stepTimeout: "2s" }));
  await assertRejects(() => stuck.execute(id), OutcomeUnknownError, "the lakehouse does not answer");
  assertEquals([world.store.find(id).state, await world.publishes()], ["publishing", []]);
  arrives.resolve();
  assertEquals((await world.engine().resume(id)).state, "published");
  assertEquals([await world.publishes(), await world.rows(), await world.branches()], [[id], 3, ["main"]]);
});

Deno.test("execute() lets a step that it has given up write nothing more", async () => {
  await using world = await World.make();
  const [goesOn, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<unknown>()];
  const stubborn = step("stubborn", async ({ lakehouse, branch }) => {
    await goesOn.promise;
    await lakehouse.createBranch(`${branch}/late`, { from: "main" }).then(ended.resolve, ended.resolve);
  }, { attempts: 1, timeout: "20ms" });
  const run = await world.run({ steps: [stubborn] });
  goesOn.resolve();
  assertEquals([run.outcome, (await ended.promise as Error).message], ["failed", 'Cannot finish step "stubborn": no end after 20ms']);
  assertEquals(await world.branches(), ["main"]);
});
