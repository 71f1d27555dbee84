/**
 * `wap flows`: the flows of the folder.
 *
 * @module
 */
import { relative } from "node:path";
import { formatTableName, listFlows, toErrorRecord } from "@wap/core";
import { type Command, FLOWS_FLAG } from "../command.ts";
import { EXIT } from "../exit_code.ts";
import { print, printJson } from "../output.ts";
import { textTable } from "../render/text_table.ts";

/** The verb. */
export const command: Command = {
  summary: "List the flows of the flow folder.",
  usage: "",
  arity: [0, 0],
  flags: { ...FLOWS_FLAG },
  examples: ["flows", "flows --flows examples", "flows --json"],
  async run(invocation, workspace) {
    const { flows: folder, cwd } = workspace.settings;
    const entries = (await listFlows(folder)).map(({ path, flow, error }) => ({
      name: flow?.spec.name ?? null,
      version: flow?.spec.version ?? null,
      path: relative(cwd, path),
      tables: flow?.spec.tables.map(({ into }) => formatTableName({ namespace: into.namespace, name: into.table })) ?? [],
      webhook: (flow?.spec.webhook ?? null) !== null,
      error: error && toErrorRecord(error),
    }));
    if (invocation.has("json")) {
      printJson({ flows: entries });
    } else if (entries.length === 0) {
      print(`No flows in ${relative(cwd, folder) || "."}: write one, or say where they are with --flows`);
    } else {
      const rows = entries.map(({ name, version, tables, path, error }) => [name ?? "-", String(version ?? "-"), error?.message ?? tables.join(", "), path]);
      print(textTable(["NAME", "VERSION", "TABLES", "FILE"], rows));
    }
    return entries.some((entry) => entry.error !== null) ? EXIT.usage : EXIT.ok;
  },
};
