import { assertEquals } from "@std/assert";
import { dirname, join } from "node:path/posix";
import { findCycles, findReachable, readWorkspace, type Workspace } from "./source_graph.ts";

/** Reads a workspace made of the given files, in a folder of its own. */
async function readFixture(files: Record<string, string>): Promise<Workspace> {
  const root = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(join(root, dirname(path)), { recursive: true });
      await Deno.writeTextFile(join(root, path), text);
    }
    return await readWorkspace(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const MEMBERS = {
  "deno.json": `{ "workspace": ["./packages/core", "./apps/cli"] }`,
  "packages/core/deno.json": `{ "name": "@wap/core", "exports": { ".": "./mod.ts", "./testing": "./testing.ts" }, "imports": { "zod": "npm:zod@4.6.7" } }`,
  "apps/cli/deno.json": `{ "name": "@wap/cli", "exports": "./main.ts" }`,
};

Deno.test("readWorkspace() follows every form of reference", async () => {
  const { files, members } = await readFixture({
    ...MEMBERS,
    "packages/core/mod.ts": `export { a } from "./a.ts"; export * from "./b.ts"; import type { C } from "./c.ts"; import "zod"; type D = import("./d.ts").D;`,
    "apps/cli/main.ts": `import { a } from "@wap/core"; import "@wap/core/testing"; import "@wap/core/other"; await import("./run.ts");
      const worker = new URL("./worker.ts", import.meta.url); const page = new URL("/index.html", base); import data from "./data.json" with { type: "json" };`,
    "apps/cli/migrations/0000.ts": "",
  });
  assertEquals([...members.keys()], ["packages/core", "apps/cli"]);
  assertEquals(members.get("apps/cli"), { name: "@wap/cli", exports: { ".": "./main.ts" }, imports: {} });
  assertEquals([...files.keys()], ["apps/cli/main.ts", "packages/core/mod.ts"]);
  assertEquals(files.get("packages/core/mod.ts")?.map(({ target }) => target), [
    "packages/core/a.ts",
    "packages/core/b.ts",
    "packages/core/c.ts",
    null,
    "packages/core/d.ts",
  ]);
  assertEquals(files.get("apps/cli/main.ts"), [
    { specifier: "@wap/core", target: "packages/core/mod.ts" },
    { specifier: "@wap/core/testing", target: "packages/core/testing.ts" },
    { specifier: "@wap/core/other", target: null },
    { specifier: "./run.ts", target: "apps/cli/run.ts" },
    { specifier: "./worker.ts", target: "apps/cli/worker.ts" },
    { specifier: "./data.json", target: null },
  ]);
});

Deno.test("findCycles() finds files that import one another, types included, across members", async () => {
  const workspace = await readFixture({
    ...MEMBERS,
    "packages/core/mod.ts": `export * from "./a.ts";`,
    "packages/core/a.ts": `import type { B } from "./b.ts";`,
    "packages/core/b.ts": `import "./c.ts";`,
    "packages/core/c.ts": `import { a } from "@wap/core";`,
    "packages/core/d.ts": `import "./d.ts";`,
    "apps/cli/main.ts": `import "@wap/core"; import "./run.ts";`,
    "apps/cli/run.ts": `import "./parse.ts";`,
    "apps/cli/parse.ts": "",
  });
  assertEquals(findCycles(workspace), [
    ["packages/core/a.ts", "packages/core/b.ts", "packages/core/c.ts", "packages/core/mod.ts"],
    ["packages/core/d.ts"],
  ]);
});

Deno.test("findReachable() leaves out what nothing leads to", async () => {
  const { files } = await readFixture({
    ...MEMBERS,
    "apps/cli/main.ts": `import "./run.ts";`,
    "apps/cli/run.ts": "",
    "apps/cli/forgotten.ts": `import "./run.ts";`,
  });
  assertEquals([...findReachable(files, ["apps/cli/main.ts"])].sort(), ["apps/cli/main.ts", "apps/cli/run.ts"]);
});
