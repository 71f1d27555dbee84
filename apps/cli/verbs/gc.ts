/**
 * `wap gc`: removing what runs left behind.
 *
 * @module
 */
import { collectGarbage, type GarbageReport, parseDuration } from "@wap/core";
import { type Command, LAKEHOUSE_FLAG } from "../command.ts";
import { EXIT } from "../exit_code.ts";
import { print, printJson } from "../output.ts";
import { count, formatBytes } from "../render/text_table.ts";

const DEFAULT_AGE = "1h";

/** The verb. */
export const command: Command = {
  summary: "Remove branches of runs that ended, and data files that no commit names.",
  usage: "[--dry-run]",
  arity: [0, 0],
  flags: {
    "dry-run": { type: "boolean", help: "only say what would be removed" },
    "older-than": { type: "string", value: "AGE", help: `leave younger files alone (${DEFAULT_AGE}): an import may be about to commit them` },
    ...LAKEHOUSE_FLAG,
  },
  notes: "Branches that a flow says to keep, and branches of runs that are not over, stay.",
  examples: ["gc --dry-run", "gc --older-than 1d --json"],
  async run(invocation, workspace) {
    const dryRun = invocation.has("dry-run");
    const olderThanMs = parseDuration(invocation.text("older-than") ?? DEFAULT_AGE);
    const report = await collectGarbage(await workspace.store(), await workspace.lakehouse(), { dryRun, olderThanMs });
    if (invocation.has("json")) printJson({ garbage: { dryRun, ...report } });
    else print(render(report, dryRun));
    return EXIT.ok;
  },
};

function render({ branches, files }: GarbageReport, dryRun: boolean): string {
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const lines = [
    ...branches.map(({ name, runId }) => `  branch ${name} of run ${runId}`),
    ...files.map(({ path, size }) => `  ${path} (${formatBytes(size)})`),
  ];
  const found = `${branches.length === 1 ? "1 branch" : `${branches.length} branches`} and ${count(files.length, "file")} (${formatBytes(bytes)})`;
  return [`${dryRun ? "Would remove" : "Removed"} ${found}`, ...lines].join("\n");
}
