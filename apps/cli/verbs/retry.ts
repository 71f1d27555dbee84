/**
 * `wap retry`: doing again what a run was asked to do.
 *
 * @module
 */
import { type Command, LAKEHOUSE_FLAG } from "../command.ts";
import { executeInForeground } from "../session.ts";

/** The verb. */
export const command: Command = {
  summary: "Do again, as a new run, what a run was asked to do: the same files, table and checks.",
  usage: "<id>",
  arity: [1, 1],
  flags: { ...LAKEHOUSE_FLAG },
  notes: 'To go on with a run that was interrupted, parked or blocked, use "wap resume".',
  examples: ["retry 7k2m4"],
  async run(invocation, workspace) {
    const engine = await workspace.engine();
    const { id } = await engine.retry(invocation.positionals[0]!);
    return await executeInForeground(workspace, invocation, (_engine, options) => engine.execute(id, options));
  },
};
