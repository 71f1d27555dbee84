/**
 * A process that executes a run and kills itself, with SIGKILL, before or after a named call of its lakehouse:
 * `crashing_run.ts <home> <flow file> <method> <before|after> <nth>`. Prints the run's id first.
 *
 * @module
 */
import { Engine, loadFlowFile, RunStore } from "@wap/core";
import { openLakehouse } from "@wap/lakehouse";
import { join } from "node:path";
import { intercept } from "./intercepted_lakehouse.ts";

const [home, flowFile, method, when, nth] = Deno.args as [string, string, string, "before" | "after", string];
let calls = 0;

function dieAt(side: "before" | "after") {
  return (called: string) => {
    if (called === method && side === when && ++calls === Number(nth)) Deno.kill(Deno.pid, "SIGKILL");
  };
}

using store = RunStore.open(join(home, "wap.db"));
await using lakehouse = await openLakehouse({ path: join(home, "lakehouse") });
const dying = intercept(lakehouse, { before: dieAt("before"), after: dieAt("after") });
const engine = new Engine({ store, lakehouse: () => dying, loadFlow: loadFlowFile });
const { run } = await engine.submit(await loadFlowFile(flowFile), { cwd: Deno.cwd(), lakehouse: "local" });
console.log(run.id);
await engine.execute(run.id);
