/**
 * A run in words.
 *
 * @module
 */
import type { CheckResult, CheckStatus, RunReport } from "@wap/core";
import { tint, type Tone } from "../output.ts";
import { count, oneLine, textTable } from "./text_table.ts";

const STATUS: Record<CheckStatus, [string, Tone]> = {
  pass: ["pass", "good"],
  warn: ["warn", "care"],
  fail: ["FAIL", "bad"],
  error: ["ERROR", "bad"],
  not_evaluated: ["NOT EVALUATED", "bad"],
};
const INDENT = "  ";

/** A run in words, for a person. */
export function renderRun(run: RunReport): string {
  return [
    headline(run),
    ...run.tables.map((table) => `${INDENT}${table.name}: ${tableLine(table)}`),
    ...auditLines(run),
    ...(run.publish ? [`${INDENT}${run.target}: ${run.publish.targetBefore.slice(0, 12)} -> ${run.publish.commit.slice(0, 12)}`] : []),
    ...(run.revert ? [`${INDENT}taken back from ${run.target} in ${run.revert.slice(0, 12)}`] : []),
    ...taskLines(run),
    ...errorLines(run),
  ].join("\n");
}

function headline({ id, flow, state, target, branch }: RunReport): string {
  const what: Partial<Record<RunReport["state"], [string, Tone]>> = {
    published: [`published to ${target}`, "good"],
    unchanged: [`changed nothing: ${target} has every file already`, "good"],
    rejected: ["was rejected", "bad"],
    failed: ["failed", "bad"],
    cancelled: ["was cancelled", "care"],
    rollbackFailed: ["could not be undone completely", "bad"],
    awaitingApproval: [`waits for approval; look at branch ${branch}, then "wap approve ${id}" or "wap reject ${id}"`, "care"],
    parked: [`is parked: ${target} changed under it`, "care"],
    blocked: ["is blocked: its flow changed", "care"],
  };
  const [text, tone] = what[state] ?? [`is ${state}`, "care"];
  return `Run ${tint(id, "bold")} of ${flow} ${tint(text, tone)}`;
}

function tableLine({ rowsImported, filesImported, filesSkipped, mode }: RunReport["tables"][number]): string {
  const parts = filesImported > 0 ? [`${count(rowsImported, "row")} from ${count(filesImported, "file")} (${mode})`] : [];
  if (filesSkipped > 0) parts.push(`${count(filesSkipped, "file")} skipped: imported before`);
  return parts.join(", ") || "nothing imported";
}

function auditLines({ audit }: RunReport): string[] {
  if (!audit) return [];
  return [`${INDENT}audit: ${audit.verdict}`, ...audit.checks.flatMap(checkLines)];
}

function checkLines(check: CheckResult): string[] {
  const [word, tone] = STATUS[check.status];
  const line = `${INDENT}${INDENT}${tint(word, tone)}  ${check.name}: ${oneLine(check.error?.message ?? check.observed)}`;
  if (check.sample.length === 0) return [line];
  const columns = sampleColumns(check);
  const rows = check.sample.map((row) => columns.map((column) => cellText(row[column])));
  const table = textTable(columns, rows).split("\n").map((text) => `${INDENT.repeat(4)}${text}`);
  const hidden = Object.keys(check.sample[0]!).length - columns.length;
  return [line, ...table, ...(hidden > 0 ? [`${INDENT.repeat(4)}(and ${count(hidden, "more column")}: --json shows all)`] : [])];
}

/** The check's own columns first, then as many as fit a line. */
function sampleColumns({ columns, sample }: CheckResult): string[] {
  const all = Object.keys(sample[0]!);
  return [...new Set([...columns.filter((column) => all.includes(column)), ...all])].slice(0, 6);
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function taskLines({ undo, followUp }: RunReport): string[] {
  const shown = [...undo.map((task) => ({ ...task, verb: "undo" })), ...followUp.map((task) => ({ ...task, verb: "then" }))];
  return shown.map(({ verb, step, status, error }) => {
    return `${INDENT}${verb}: ${step} ${status === "failed" ? tint("FAILED", "bad") : status}${error ? `: ${error.message}` : ""}`;
  });
}

function errorLines({ error }: RunReport): string[] {
  if (!error) return [];
  return [`${INDENT}${oneLine(error.message)}`, ...(error.hint ? [`${INDENT}${error.hint}`] : [])];
}
