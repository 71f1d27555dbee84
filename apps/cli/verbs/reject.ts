/**
 * `wap reject`: undoing a run that waits.
 *
 * @module
 */
import process from "node:process";
import { type Command, LAKEHOUSE_FLAG } from "../command.ts";
import { actor } from "../flag_values.ts";
import { executeInForeground } from "../session.ts";

/** The verb. */
export const command: Command = {
  summary: "Reject a run that waits for a person: it is undone.",
  usage: "<id>",
  arity: [1, 1],
  flags: { reason: { type: "string", value: "TEXT", help: "why, for the record" }, ...LAKEHOUSE_FLAG },
  examples: ["reject 7k2m4 --reason 'not ours'"],
  async run(invocation, workspace) {
    const decision = { by: actor((name) => process.env[name]), reason: invocation.text("reason") ?? null };
    return await executeInForeground(workspace, invocation, (engine, options) => engine.reject(invocation.positionals[0]!, decision, options));
  },
};
