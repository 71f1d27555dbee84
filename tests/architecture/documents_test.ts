import { assertEquals } from "@std/assert";
import { dirname, join } from "node:path/posix";
import { readWorkspace } from "./source_graph.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** The text of a document at the root; empty, so that everything is missing in it, when there is none. */
async function readDocument(name: string): Promise<string> {
  try {
    return await Deno.readTextFile(join(ROOT, name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** Whether a path leads to a file or a folder of the workspace. */
async function exists(path: string): Promise<boolean> {
  return await Deno.stat(join(ROOT, path)).then(() => true, () => false);
}

Deno.test("ARCHITECTURE.md names every top-level folder, every member and every room of a member", async () => {
  const text = await readDocument("ARCHITECTURE.md");
  const { files, members } = await readWorkspace(ROOT);
  const folders = new Set([...files.keys()].map(dirname));
  const topLevel = (await Array.fromAsync(Deno.readDir(ROOT))).filter(({ name, isDirectory }) => isDirectory && !/^\.|^node_modules$|^coverage$/.test(name));
  const rooms = [...members.keys()].flatMap((member) =>
    [...folders].filter((folder) => folder.startsWith(`${member}/`)).map((folder) => folder.slice(member.length + 1).split("/")[0]!)
  );
  const names = new Set([...topLevel.map(({ name }) => `${name}/`), ...members.keys(), ...rooms.map((name) => `${name}/`)]);
  assertEquals([...names].filter((name) => !text.includes(name)), [], "not in ARCHITECTURE.md");
});

Deno.test("the documents name no path that is not there", async () => {
  const missing: string[] = [];
  for (const name of ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"]) {
    const text = await readDocument(name);
    for (const [, path] of text.matchAll(/`((?:packages|apps|tests|tools|bench|examples|docs)\/[\w./-]*)`/g)) {
      if (!await exists(path!)) missing.push(`${name}: ${path}`);
    }
  }
  assertEquals(missing, []);
});
