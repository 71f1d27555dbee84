import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { Catalog } from "./catalog.ts";

const COMMITTER = new URL("./testing/committer.ts", import.meta.url).pathname;

/** Starts a process that commits as often as told once its standard input is closed. */
function startCommitter(path: string, options: { author: string; count: number }): Deno.ChildProcess {
  const args = ["run", "--quiet", "-A", COMMITTER, path, options.author, String(options.count)];
  return new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
}

async function isReady(process: Deno.ChildProcess): Promise<void> {
  const reader = process.stdout.getReader();
  await reader.read();
  reader.releaseLock();
}

Deno.test("processes that open one new catalog and commit to one branch at once lose no commit and meet no lock error", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = join(directory, "catalog.db");
    const authors = ["ann", "bob", "cleo"];
    const count = 40;
    const processes = authors.map((author) => startCommitter(path, { author, count }));
    await Promise.all(processes.map(isReady));
    await Promise.all(processes.map((process) => process.stdin.close()));
    const outputs = await Promise.all(processes.map((process) => process.output()));
    assertEquals(outputs.map(({ code, stderr }) => [code, new TextDecoder().decode(stderr)]), authors.map(() => [0, ""]));

    using catalog = Catalog.open(path);
    const [root, ...made] = [...catalog.log("main")].toReversed();
    assertEquals(root?.parents, []);
    assertEquals(made.map((commit) => commit.parents), [root, ...made.slice(0, -1)].map((commit) => [commit!.hash]));
    const expected = authors.flatMap((author) => Array.from({ length: count }, (_, index) => `${author} ${index}`));
    assertEquals(made.map((commit) => commit.message).toSorted(), expected.toSorted());
    assertEquals(catalog.listTables("main").length, authors.length * count);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
