import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { NotFoundError, UsageError } from "../errors.ts";
import { loadFlowFile } from "./flow_file.ts";
import { parseFlowYaml } from "./flow_yaml.ts";
import { findFlow, listFlows } from "./flow_folder.ts";

const TRIPS = `
name: trips
version: 2
from: data/trips_*.csv
into: { namespace: taxi, table: trips, mode: replace }
transform: "select * exclude (note) from {source}"
checks:
  - not_null: { columns: [passenger_count], max_pct: 1 }
  - unique(trip_id)
on_failure: keep
approval: on_warn
webhook: { secret_env: HOOK_SECRET, allow_from: [data/] }
`;

async function withFolder(files: Record<string, string>, test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(folder, name), text);
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("parseFlowYaml() reads every field, snake case and all, and fills in the defaults", () => {
  const { spec, source } = parseFlowYaml(TRIPS, "/flows/trips.yaml");
  assertEquals(source, "/flows/trips.yaml");
  assertEquals([spec.name, spec.version, spec.target, spec.onFailure, spec.approval], ["trips", 2, "main", "keep", "on_warn"]);
  assertEquals(spec.webhook, { secretEnv: "HOOK_SECRET", allowFrom: ["data/"] });
  const [table] = spec.tables;
  assertEquals([table?.from, table?.into.mode, table?.transform], [["data/trips_*.csv"], "replace", "select * exclude (note) from {source}"]);
  assertEquals(table?.checks.map((check) => [check.kind, check.implicit ?? false]), [["row_count", true], ["not_null", false], ["unique", false]]);
});

Deno.test("parseFlowYaml() leaves the implicit row count out where the flow has its own on what was added", () => {
  const { spec } = parseFlowYaml("name: t\ninto: { table: t }\nchecks: [{ row_count: { min: 100 } }]\n", "t.yaml");
  assertEquals(spec.tables[0]?.checks.map((check) => [check.name.startsWith("row_count"), check.implicit ?? false]), [[true, false]]);
  const whole = parseFlowYaml("name: t\ninto: { table: t }\nchecks: [{ row_count: { min: 100, scope: table } }]\n", "t.yaml");
  assertEquals(whole.spec.tables[0]?.checks.length, 2);
});

Deno.test("parseFlowYaml() reads several tables of one publish", () => {
  const { spec } = parseFlowYaml("name: t\ntables:\n  - { from: a.csv, into: { table: a } }\n  - { from: [b.csv, c.csv], into: { table: b } }\n", "t.yaml");
  assertEquals(spec.tables.map((table) => [table.into.namespace, table.into.table, table.from.length]), [["public", "a", 1], ["public", "b", 2]]);
});

Deno.test("parseFlowYaml() names file, field, line and remedy of what is wrong", () => {
  const messageOf = (yaml: string) => {
    const error = assertThrows(() => parseFlowYaml(yaml, "/flows/bad.yaml"), UsageError, "");
    return `${error.message} | ${error.hint}`;
  };
  assertStringIncludes(
    messageOf("name: t\ninto:\n  table: 'x; drop table y'\n"),
    '"/flows/bad.yaml": into.table (line 3): Cannot use "x; drop table y" as table name',
  );
  assertStringIncludes(messageOf("name: t\ninto: { table: t }\non_failur: keep\n"), 'on_failur (line 3): there is no such field | Did you mean "on_failure"');
  assertStringIncludes(messageOf("name: t\ninto: { table: t, mode: merge }\n"), "into.mode (line 2)");
  assertStringIncludes(messageOf("name: ../t\ninto: { table: t }\n"), "name (line 1)");
  assertStringIncludes(messageOf("name: t\ninto: { table: t }\nwebhook: { secret_env: whsec_abc= }\n"), "webhook.secret_env (line 3)");
  assertStringIncludes(messageOf("name: [\n"), "/flows/bad.yaml");
  assertStringIncludes(messageOf("name: t\ninto: { table: t }\nchecks: [{ not_nul: a }]\n"), "not_null");
  assertStringIncludes(messageOf("- a\n"), "/flows/bad.yaml");
  assertStringIncludes(messageOf(""), "/flows/bad.yaml");
});

Deno.test("loadFlowFile() refuses what is not there, ends otherwise, or exports no flow", async () => {
  await withFolder({ "no.ts": "export default 3;\n", "syntax.ts": "export default {;\n" }, async (folder) => {
    await assertRejects(() => loadFlowFile(join(folder, "gone.yaml")), NotFoundError, "there is no such file");
    await assertRejects(() => loadFlowFile(join(folder, "flow.txt")), UsageError, 'its ending is ".txt"');
    await assertRejects(() => loadFlowFile(join(folder, "no.ts")), UsageError, "its default export is not a flow");
    await assertRejects(() => loadFlowFile(join(folder, "syntax.ts")), UsageError, "syntax.ts");
  });
});

Deno.test("findFlow() finds a flow by its name whatever its file is called, past files that are broken", async () => {
  await withFolder({ "a_broken.yaml": "name: [", "other.yaml": TRIPS, "trips2.yaml": TRIPS.replace("name: trips", "name: trips2") }, async (folder) => {
    assertEquals((await findFlow("trips", { folder })).spec.name, "trips");
    assertEquals((await findFlow("trips2", { folder })).source, join(folder, "trips2.yaml"));
    await assertRejects(() => findFlow("nosuch", { folder }), NotFoundError, 'Cannot find flow "nosuch"');
    await assertRejects(() => findFlow("a_broken", { folder }), UsageError, "a_broken.yaml");
  });
});

Deno.test("listFlows() lists every flow file, with the reason where one has no flow, and nothing where there is no folder", async () => {
  await withFolder({ "b.yaml": "name: [", "a.yaml": TRIPS, "notes.md": "# notes" }, async (folder) => {
    const entries = await listFlows(folder);
    assertEquals(entries.map((entry) => [entry.flow?.spec.name ?? null, entry.error !== null]), [["trips", false], [null, true]]);
  });
  assertEquals(await listFlows("/nonexistent/flows"), []);
});
