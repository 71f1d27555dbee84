/**
 * `wap cancel`: stopping a run before publish, and undoing it.
 *
 * @module
 */
import process from "node:process";
import type { Command } from "../command.ts";
import { EXIT } from "../exit_code.ts";
import { actor } from "../flag_values.ts";
import { print, printJson } from "../output.ts";
import { renderRun } from "../render/run_report.ts";

/** The verb. */
export const command: Command = {
  summary: "Cancel a run before it is published; everything it did is undone.",
  usage: "<id>",
  arity: [1, 1],
  flags: { reason: { type: "string", value: "TEXT", help: "why, for the record" } },
  notes: "A run that another process executes is undone by that process; this command returns once the request is stored.",
  examples: ["cancel 7k2m4 --reason 'wrong month'"],
  async run(invocation, workspace) {
    const engine = await workspace.engine();
    const { id } = (await workspace.store()).find(invocation.positionals[0]!);
    const run = await engine.cancel(id, { by: actor((name) => process.env[name]), reason: invocation.text("reason") ?? null });
    const report = engine.report(id);
    if (invocation.has("json")) printJson({ run: report });
    else print(run.outcome === null ? `Cancel of run ${id} was asked for; the process that executes it undoes it` : renderRun(report));
    return run.state === "rollbackFailed" ? EXIT.attention : EXIT.ok;
  },
};
