import { assertEquals } from "@std/assert";
import { userInfo } from "node:os";
import { actor } from "./flag_values.ts";

Deno.test("actor() takes the first name that the environment gives", () => {
  const env: Record<string, string> = { WAP_USER: "ann", USER: "bob" };
  assertEquals(actor((name) => env[name]), "ann");
  assertEquals(actor((name) => name === "LOGNAME" ? "cid" : undefined), "cid");
});

Deno.test("actor() takes the system's user where the environment names none", () => {
  assertEquals(actor(() => undefined), userInfo().username);
  assertEquals(actor(() => ""), userInfo().username);
});
