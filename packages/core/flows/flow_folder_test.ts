import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { NotFoundError, UsageError } from "../errors.ts";
import { findFlow, findFlowByName } from "./flow_folder.ts";

function flowText(name: string): string {
  return `name: ${name}\nfrom: a.csv\ninto: { table: t }\nchecks: ["not_null(id)"]\n`;
}

/** Runs a test with a folder of flows, and a flow file beside it. */
async function withFlows(files: Record<string, string>, test: (folder: string) => Promise<void>): Promise<void> {
  const parent = await Deno.makeTempDir();
  try {
    const folder = join(parent, "flows");
    await Deno.mkdir(folder);
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(folder, name), text);
    await Deno.writeTextFile(join(parent, "outside.yaml"), flowText("outside"));
    await test(folder);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

Deno.test("findFlowByName() finds a flow by the name it has, whatever its file is called", async () => {
  await withFlows({ "trips.yaml": flowText("trips"), "other.yml": flowText("rides.v2") }, async (folder) => {
    assertEquals((await findFlowByName("trips", { folder }))?.source, join(folder, "trips.yaml"));
    assertEquals((await findFlowByName("rides.v2", { folder }))?.source, join(folder, "other.yml"));
    for (const none of ["other", "Trips", "", "rides"]) assertEquals(await findFlowByName(none, { folder }), null, none);
  });
});

Deno.test("findFlowByName() never reads a name as a path", async () => {
  await withFlows({ "trips.yaml": flowText("trips") }, async (folder) => {
    const paths = ["trips.yaml", "../outside.yaml", "../outside", join(folder, "trips.yaml"), "./trips", "..", "."];
    for (const path of paths) assertEquals(await findFlowByName(path, { folder }), null, path);
  });
});

Deno.test("findFlowByName() minds a broken file only if it is named like the flow", async () => {
  await withFlows({ "broken.yaml": "name: [", "trips.yaml": flowText("trips") }, async (folder) => {
    assertEquals((await findFlowByName("trips", { folder }))?.spec.name, "trips");
    await assertRejects(() => findFlowByName("broken", { folder }), UsageError, "broken.yaml");
  });
});

Deno.test("findFlowByName() finds nothing where there is no folder", async () => {
  await withFlows({}, async (folder) => assertEquals(await findFlowByName("trips", { folder: join(folder, "none") }), null));
});

Deno.test("findFlow() takes a name or a path, and says where it looked", async () => {
  await withFlows({ "trips.yaml": flowText("trips") }, async (folder) => {
    assertEquals((await findFlow("trips", { folder })).source, join(folder, "trips.yaml"));
    assertEquals((await findFlow(join(folder, "../outside.yaml"), { folder })).spec.name, "outside");
    await assertRejects(() => findFlow("nosuchflow", { folder }), NotFoundError, `no file in "${folder}" defines it`);
  });
});
