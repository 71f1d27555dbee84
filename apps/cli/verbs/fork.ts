/**
 * `wap fork`: a new run on what another wrote.
 *
 * @module
 */
import { parseForkState } from "@wap/core";
import { type Command, LAKEHOUSE_FLAG } from "../command.ts";
import { executeInForeground } from "../session.ts";

/** The verb. */
export const command: Command = {
  summary: "Start a new run on the branch that another wrote, from its steps or its audit on; nothing is imported again.",
  usage: "<id> [--from auditing]",
  arity: [1, 1],
  flags: { from: { type: "string", value: "STATE", help: "transforming or auditing (auditing)" }, ...LAKEHOUSE_FLAG },
  notes: 'The written commit has to be there still: "wap gc" removes what the branch of a run that ended left behind.',
  examples: ["fork 7k2m4 --from auditing", "fork 7k2m4 --from transforming --json"],
  async run(invocation, workspace) {
    const engine = await workspace.engine();
    const from = parseForkState(invocation.text("from") ?? "auditing");
    const { id } = await engine.fork(invocation.positionals[0]!, { from });
    return await executeInForeground(workspace, invocation, (_engine, options) => engine.execute(id, options));
  },
};
