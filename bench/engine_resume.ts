/**
 * Resumes a run over the lakehouse that does nothing, and prints where it stands once that is stored: `engine_resume.ts <home> <run>`.
 *
 * @module
 */
import { Engine, loadFlowFile, RunStore } from "@wap/core";
import { join } from "node:path";
import { doNothingLakehouse } from "./do_nothing.ts";

const [home, runId] = Deno.args as [string, string];
using store = RunStore.open(join(home, "wap.db"));
const lakehouse = doNothingLakehouse();
const engine = new Engine({ store, lakehouse: () => lakehouse, loadFlow: loadFlowFile });
console.log((await engine.resume(runId)).state);
