import { assert, assertEquals } from "@std/assert";
import { join } from "node:path/posix";
import { summarize } from "./run_tests.ts";

Deno.test("summarize() reads the last summary, in colour or not", () => {
  assertEquals(summarize("\nok | 12 passed | 0 failed (1s)\n\n"), "12 passed, 0 failed");
  assertEquals(summarize("FAILED | 50 passed (3 steps) | 2 failed | 0 ignored (2 steps) (516ms)\n\nerror: Test failed\n"), "50 passed, 2 failed");
  assertEquals(summarize("FAILED | 1 passed (1 step) | 1 failed (1 step) (7ms)\n"), "1 passed, 1 failed");
  assertEquals(summarize("\u001b[32mok\u001b[0m | 23 passed | 0 failed \u001b[38;5;245m(548ms)\u001b[0m\n"), "23 passed, 0 failed");
  assertEquals(summarize("ok | 1 passed | 0 failed (1ms)\nFAILED | 3 passed | 4 failed (1ms)\n"), "3 passed, 4 failed");
});

Deno.test("summarize() gives null when no test was run", () => {
  assertEquals(summarize("error: Type checking failed.\n"), null);
  assertEquals(summarize("they said: ok | 1 passed | 0 failed"), null);
});

/** Runs the tool on a test file with the given text. */
async function runOn(text: string): Promise<{ code: number; lines: string[] }> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "a_test.ts"), text);
    const args = ["run", "--allow-all", new URL("./run_tests.ts", import.meta.url).pathname, "--no-config", "--no-lock", folder];
    const { code, stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: folder, stderr: "null" }).output();
    return { code, lines: new TextDecoder().decode(stdout).trimEnd().split("\n") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("run_tests passes on the exit code and the output, and ends with the counts", async () => {
  const passing = await runOn(`Deno.test("holds", () => {}); Deno.test("holds too", () => {});`);
  assertEquals([passing.code, passing.lines.at(-1)], [0, "2 passed, 0 failed"]);
  assert(passing.lines.some((line) => line.startsWith("holds too ... ")));

  const failing = await runOn(`Deno.test("holds", () => {}); Deno.test("breaks", () => { throw new Error("x"); });`);
  assertEquals([failing.code, failing.lines.at(-1)], [1, "1 passed, 1 failed"]);
});

Deno.test("run_tests reports no counts when the tests cannot be run", async () => {
  const { code, lines } = await runOn(`const a: number = "text";`);
  assertEquals(code, 1);
  assertEquals(lines.filter((line) => /^\d+ passed/.test(line)), []);
});
