/**
 * A dry run in words.
 *
 * @module
 */
import type { TablePreview } from "@wap/core";
import { tint } from "../output.ts";
import { count, formatBytes } from "./text_table.ts";

/** What a run of a flow would do, for a person. */
export function renderPreview(flow: string, tables: TablePreview[]): string {
  return [`A run of ${flow} would write to a branch, audit it, and publish what passed:`, ...tables.flatMap(tableLines)].join("\n");
}

function tableLines({ name, files, columns, addedColumns, checks, problems }: TablePreview): string[] {
  const fresh = files.filter((file) => file.status === "new");
  const bytes = fresh.reduce((sum, file) => sum + file.size, 0);
  const skipped = files.length - fresh.length;
  return [
    `  ${name}: ${count(fresh.length, "new file")} (${formatBytes(bytes)})${skipped > 0 ? `, ${skipped} imported before` : ""}`,
    ...fresh.map((file) => `    ${file.uri}`),
    `    columns: ${columns.map((column) => `${column.name} ${column.type}`).join(", ")}`,
    ...(addedColumns.length > 0 ? [`    new columns: ${addedColumns.join(", ")}`] : []),
    `    checks: ${checks.join(", ")}`,
    ...problems.map((problem) => `    ${tint("PROBLEM", "bad")} ${problem.check}: ${problem.error.message}`),
  ];
}
