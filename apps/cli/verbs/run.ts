/**
 * `wap run`: one execution of a flow.
 *
 * @module
 */
import process from "node:process";
import {
  type Approval,
  type Check,
  type Flow,
  type OnFailure,
  parseCheckNotation,
  parseFlow,
  parseIdentifier,
  previewRun,
  RUN_STATES,
  type RunInput,
  type RunState,
  UsageError,
  type WriteMode,
} from "@wap/core";
import { type Command, FLOWS_FLAG, type Invocation, LAKEHOUSE_FLAG } from "../command.ts";
import { oneOf } from "../flag_values.ts";
import { EXIT } from "../exit_code.ts";
import { print, printJson } from "../output.ts";
import { renderPreview } from "../render/preview.ts";
import { executeInForeground } from "../session.ts";
import { resumeInBackground } from "../background.ts";
import type { Workspace } from "../workspace.ts";

/** The verb. */
export const command: Command = {
  summary: "Write files to a branch, audit them there, and publish what passed.",
  usage: "[flow]",
  arity: [0, 1],
  flags: {
    table_name: { type: "string", value: "NAME", help: "the table (TABLE_NAME)", aliases: ["table-name"] },
    namespace: { type: "string", value: "NAME", help: "its namespace (NAMESPACE; public)" },
    branch_name: { type: "string", value: "NAME", help: "a name for the run's branch (BRANCH_NAME)", aliases: ["branch-name"] },
    s3_path: { type: "string", value: "PATH", help: "files to import: path, glob or URL (S3_PATH)", multiple: true, aliases: ["s3-path", "from"] },
    mode: { type: "string", value: "MODE", help: "append or replace" },
    check: { type: "string", value: "CHECK", help: "a check, such as 'not_null(id, max_pct=1)'", multiple: true },
    target: { type: "string", value: "BRANCH", help: "the branch to publish to (main)" },
    "on-failure": { type: "string", value: "WHAT", help: "delete or keep the branch of a rejected or failed run" },
    approval: { type: "string", value: "WHEN", help: 'never, always or on_warn: wait for "wap approve"' },
    "idempotency-key": { type: "string", value: "KEY", help: "the same key and flow give the same run" },
    "import-duplicate-files": { type: "boolean", help: "import files that the table has already" },
    "allow-unaudited": { type: "boolean", help: "publish though no check of the flow's own could block" },
    "dry-run": { type: "boolean", help: "say what would be imported and checked; write nothing" },
    until: { type: "string", value: "STATE", help: "stop once this state is done; the run stays resumable" },
    detach: { type: "boolean", help: "store the run, go on in the background, and return" },
    ...FLOWS_FLAG,
    ...LAKEHOUSE_FLAG,
  },
  notes: `A flow is found by name in the flow folder, or by the path of its file; without one, the flags say everything.
Exit codes: 0 published or unchanged, 1 failed, 2 wrong usage or configuration, 3 rejected, 4 parked on a conflict, 5 attention,
6 waiting for approval, 7 cancelled, 8 another process executes this run, 130 interrupted.`,
  examples: [
    "run examples/yellow_trips.yaml",
    "run --table_name trips --namespace taxi --from 'data/trips_*.csv' --check 'not_null(passenger_count)'",
    "run yellow_trips --from https://example.com/trips_2024-02.parquet --json",
    "run yellow_trips --dry-run",
  ],
  async run(invocation, workspace) {
    const flow = await flowOf(invocation, workspace);
    const input = { ...inputOf(invocation, workspace, flow), lakehouse: workspace.settings.lakehouse };
    if (invocation.has("dry-run")) return await preview(flow, input, { invocation, workspace });
    const until = oneOf<RunState>(invocation, "until", RUN_STATES);
    const engine = await workspace.engine();
    await workspace.lakehouse();
    if (invocation.has("detach")) {
      const { run, created } = await engine.submit(flow, input);
      if (created) await resumeInBackground(run.id, workspace.settings);
      if (invocation.has("json")) printJson({ run: engine.report(run.id) });
      else print(run.id);
      return EXIT.ok;
    }
    return await executeInForeground(workspace, invocation, (_engine, options) => engine.run(flow, input, { ...options, until }));
  },
};

async function preview(flow: Flow, input: RunInput & { lakehouse: string }, parts: { invocation: Invocation; workspace: Workspace }): Promise<number> {
  const tables = await previewRun(flow, input, await parts.workspace.lakehouse());
  if (parts.invocation.has("json")) printJson({ plan: { flow: flow.spec.name, tables } });
  else print(renderPreview(flow.spec.name, tables));
  return tables.some((table) => table.problems.length > 0) ? EXIT.usage : EXIT.ok;
}

async function flowOf(invocation: Invocation, workspace: Workspace): Promise<Flow> {
  const [name] = invocation.positionals;
  if (name !== undefined) return await workspace.flow(name);
  const table = invocation.text("table_name") ?? process.env.TABLE_NAME;
  if (table === undefined) {
    throw new UsageError("Cannot run: neither a flow nor a table is named", { hint: "Name a flow, or give --table_name (or TABLE_NAME)" });
  }
  const namespace = invocation.text("namespace") ?? process.env.NAMESPACE;
  parseIdentifier(table, "table name");
  return parseFlow({ name: table, into: { table, ...(namespace === undefined ? {} : { namespace }) } }, { source: null });
}

/** Flags beat the flow; the environment fills in what neither says. */
function inputOf(invocation: Invocation, workspace: Workspace, flow: Flow): RunInput {
  const given = invocation.texts("s3_path");
  const fallback = flow.spec.tables.every((table) => table.from.length === 0) && process.env.S3_PATH ? [process.env.S3_PATH] : undefined;
  const checks: Check[] = invocation.texts("check").map((text) => ({ spec: parseCheckNotation(text) }));
  return {
    cwd: workspace.settings.cwd,
    from: given.length > 0 ? given : fallback,
    namespace: invocation.text("namespace"),
    table: invocation.text("table_name"),
    mode: oneOf<WriteMode>(invocation, "mode", ["append", "replace"]),
    importDuplicateFiles: invocation.has("import-duplicate-files") || undefined,
    checks: checks.length > 0 ? checks : undefined,
    branch: invocation.text("branch_name") ?? process.env.BRANCH_NAME,
    target: invocation.text("target"),
    onFailure: oneOf<OnFailure>(invocation, "on-failure", ["delete", "keep"]),
    approval: oneOf<Approval>(invocation, "approval", ["never", "always", "on_warn"]),
    allowUnaudited: invocation.has("allow-unaudited"),
    idempotencyKey: invocation.text("idempotency-key"),
  };
}
