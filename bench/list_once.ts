/**
 * Opens a store, lists the newest 20 runs and prints how long the listing took: `list_once.ts <home>`.
 *
 * @module
 */
import { RunStore } from "@wap/core/store";
import { join } from "node:path";

using store = RunStore.open(join(Deno.args[0]!, "wap.db"));
const start = performance.now();
const { length } = store.list({ limit: 20 });
const elapsed = performance.now() - start;
if (length !== 20) throw new Error(`Cannot measure a list of 20 runs: it has ${length}`);
console.log(elapsed);
