/**
 * `wap list`: runs, newest first.
 *
 * @module
 */
import { reportOf, type RunFilter, type StoredRun } from "@wap/core/store";
import { OUTCOMES, RUN_STATES } from "@wap/core/run";
import type { Command } from "../command.ts";
import { EXIT } from "../exit_code.ts";
import { oneOf, positive } from "../flag_values.ts";
import { print, printJson } from "../output.ts";
import { textTable } from "../render/text_table.ts";

/** The verb. */
export const command: Command = {
  summary: "List runs, newest first.",
  usage: "",
  arity: [0, 0],
  flags: {
    flow: { type: "string", value: "NAME", help: "only runs of this flow" },
    state: { type: "string", value: "STATE", help: "only runs in this state" },
    outcome: { type: "string", value: "OUTCOME", help: "only runs that ended so" },
    limit: { type: "string", value: "N", help: "at most so many (20)" },
  },
  examples: ["list", "list --flow yellow_trips --outcome rejected --limit 5", "list --json"],
  async run(invocation, workspace) {
    const filter: RunFilter = {
      flow: invocation.text("flow"),
      state: oneOf(invocation, "state", RUN_STATES),
      outcome: oneOf(invocation, "outcome", OUTCOMES),
      limit: positive(invocation, "limit"),
    };
    const runs = (await workspace.existingStore())?.list(filter) ?? [];
    if (invocation.has("json")) printJson({ runs: runs.map((run) => reportOf(run, null)) });
    else print(runs.length === 0 ? 'No runs yet: start one with "wap run"' : textTable(["ID", "FLOW", "STATE", "ROWS", "CREATED"], runs.map(row)));
    return EXIT.ok;
  },
};

function row(run: StoredRun): (string | number)[] {
  const rows = run.context.tables.reduce((sum, table) => sum + table.rowsImported, 0);
  const state = run.context.revert === null ? run.state : `${run.state}, reverted`;
  return [run.id, run.flow, state, rows, new Date(run.createdAt).toISOString().slice(0, 19).replace("T", " ")];
}
