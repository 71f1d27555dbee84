/**
 * A run whose process is killed, with SIGKILL, in the fourth of its seven effects: `killed_run.ts <home> <lakehouse>`. Prints the run's id first. On the
 * lakehouse `memory` it does nothing; on `local` it imports the small example.
 *
 * @module
 */
import { Engine, loadFlowFile, RunStore } from "@wap/core";
import { openLakehouse } from "@wap/lakehouse";
import { join } from "node:path";
import { doNothingFlow, doNothingInput, doNothingLakehouse } from "./do_nothing.ts";
import { workspacePath } from "./measure.ts";

const [home, kind] = Deno.args as [string, "memory" | "local"];
const store = RunStore.open(join(home, "wap.db"));
const lakehouse = kind === "memory" ? doNothingLakehouse() : await openLakehouse({ path: join(home, "lakehouse") });
const flow = kind === "memory" ? doNothingFlow({ steps: 0 }) : await loadFlowFile(workspacePath("examples/yellow_trips.yaml"));
const engine = new Engine({ store, lakehouse: () => lakehouse, loadFlow: loadFlowFile });
const { run } = await engine.submit(flow, { ...doNothingInput(), cwd: workspacePath(""), lakehouse: kind });
console.log(run.id);
await engine.execute(run.id, {
  onTransition: (_, event) => {
    if (event.type === "PREPARED") Deno.kill(Deno.pid, "SIGKILL");
  },
});
