import { assertRejects } from "@std/assert";
import { UsageError } from "@wap/core/errors";
import { parseInvocation } from "../arguments.ts";
import { readSettings, Workspace } from "../workspace.ts";
import { command } from "./lakehouse.ts";

Deno.test("wap lakehouse refuses what is not one of its verbs, names that every object has among them", async () => {
  const settings = readSettings(() => undefined, () => undefined, "/nonexistent");
  for (const what of ["frob", "constructor", "toString", "__proto__"]) {
    await using workspace = new Workspace(settings);
    const invocation = parseInvocation("lakehouse", command, [what]);
    await assertRejects(() => command.run(invocation, workspace), UsageError, `"${what}" is not one of its verbs`);
  }
});
