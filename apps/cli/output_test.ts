import { assertEquals } from "@std/assert";
import { keepLogsOffStdout } from "./output.ts";

Deno.test("keepLogsOffStdout() sends to stderr what code of a flow logs", () => {
  const { log, info, debug, error } = console;
  const seen: unknown[] = [];
  try {
    console.error = (text: unknown) => void seen.push(text);
    keepLogsOffStdout();
    console.log("a");
    console.info("b");
    console.debug("c");
  } finally {
    Object.assign(console, { log, info, debug, error });
  }
  assertEquals(seen, ["a", "b", "c"]);
});
