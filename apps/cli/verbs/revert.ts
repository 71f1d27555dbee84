/**
 * `wap revert`: taking a publish back.
 *
 * @module
 */
import process from "node:process";
import { type Command, LAKEHOUSE_FLAG } from "../command.ts";
import { EXIT } from "../exit_code.ts";
import { actor } from "../flag_values.ts";
import { print, printJson } from "../output.ts";

/** The verb. */
export const command: Command = {
  summary: "Take the publish of a run back, in a new commit; later publishes of other tables stay, and its files can be imported again.",
  usage: "<id>",
  arity: [1, 1],
  flags: { reason: { type: "string", value: "TEXT", help: "why, for the record" }, ...LAKEHOUSE_FLAG },
  notes: "If a table of the run was changed since, nothing is done and the exit code is 4: take the later publishes back first.",
  examples: ["revert 7k2m4 --reason 'wrong month'"],
  async run(invocation, workspace) {
    const engine = await workspace.engine();
    const run = await engine.revert(invocation.positionals[0]!, { by: actor((name) => process.env[name]), reason: invocation.text("reason") ?? null });
    if (invocation.has("json")) printJson({ run: engine.report(run.id) });
    else print(`Run ${run.id} of ${run.flow} was taken back from ${run.target} in commit ${run.context.revert?.slice(0, 12)}`);
    return EXIT.ok;
  },
};
