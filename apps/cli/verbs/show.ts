/**
 * `wap show`: one run with its audit.
 *
 * @module
 */
import type { AuditReport } from "@wap/core";
import { AUDIT_STEP } from "@wap/core/run";
import { type HistoryEvent, reportOf } from "@wap/core/store";
import type { Command } from "../command.ts";
import { EXIT } from "../exit_code.ts";
import { print, printJson } from "../output.ts";
import { renderRun } from "../render/run_report.ts";
import { textTable } from "../render/text_table.ts";

/** The verb. */
export const command: Command = {
  summary: "Show one run: what it imported, what its checks found, what was published or undone.",
  usage: "<id>",
  arity: [1, 1],
  flags: { history: { type: "boolean", help: "every transition as well" } },
  examples: ["show 7k2m4", "show 7k2m4 --history", "show 7k2m4 --json"],
  async run(invocation, workspace) {
    const store = await workspace.store();
    const run = store.find(invocation.positionals[0]!);
    const report = reportOf(run, store.output(run.id, AUDIT_STEP) as AuditReport | null);
    const history = invocation.has("history") ? store.history(run.id) : null;
    if (invocation.has("json")) printJson({ run: report, ...(history ? { history: history.map(plainEvent) } : {}) });
    else print(history ? `${renderRun(report)}\n\n${renderHistory(history)}` : renderRun(report));
    return EXIT.ok;
  },
};

function plainEvent({ number, at, type, fromState, toState, nextStep, body }: HistoryEvent) {
  return { number, at: new Date(at).toISOString(), type, from: fromState, to: toState, next: nextStep, body };
}

function renderHistory(history: HistoryEvent[]): string {
  return textTable(["AT", "EVENT", "STATE", "NEXT"], history.map(({ at, type, toState, nextStep }) => [new Date(at).toISOString(), type, toState, nextStep]));
}
