/**
 * The program that a crash test starts in place of `wap`: `crash_process.ts <journal> <death> <arguments of wap>`.
 *
 * @module
 */
import process from "node:process";
import { observedMain } from "./observed_main.ts";

if (import.meta.main) process.exitCode = await observedMain(process.argv.slice(2));
