/**
 * The observed program of homes whose lakehouse is in another process's memory: `memory_process.ts <url> <journal> <death> <arguments of wap>`.
 *
 * @module
 */
import { observedMain } from "@wap/cli/crash";
import { borrowLakehouse } from "../support/remote_lakehouse.ts";

const [url, ...args] = Deno.args;
Deno.exitCode = await observedMain(args, () => Promise.resolve(borrowLakehouse(url!)));
