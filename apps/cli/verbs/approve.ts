/**
 * `wap approve`: letting a run that waits be published.
 *
 * @module
 */
import process from "node:process";
import { type Command, LAKEHOUSE_FLAG } from "../command.ts";
import { actor } from "../flag_values.ts";
import { executeInForeground } from "../session.ts";

/** The verb. */
export const command: Command = {
  summary: "Approve a run that waits for a person: its audited commit is published.",
  usage: "<id>",
  arity: [1, 1],
  flags: { reason: { type: "string", value: "TEXT", help: "why, for the record" }, ...LAKEHOUSE_FLAG },
  examples: ["approve 7k2m4 --reason 'outlier is real'"],
  async run(invocation, workspace) {
    const decision = { by: actor((name) => process.env[name]), reason: invocation.text("reason") ?? null };
    return await executeInForeground(workspace, invocation, (engine, options) => engine.approve(invocation.positionals[0]!, decision, options));
  },
};
