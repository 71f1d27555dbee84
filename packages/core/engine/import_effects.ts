/**
 * Planning and doing the imports of a run.
 *
 * @module
 */
import { preflight } from "../checks/preflight.ts";
import { UsageError } from "../errors.ts";
import type { TableSpec } from "../flow.ts";
import type { Column, Commit, ImportPlan, ImportRequest } from "../lakehouse.ts";
import { formatTableName, type TableName } from "../names.ts";
import { AUTHOR, baseOf, commitProperties, type EffectContext, type EffectResult } from "./effect_context.ts";

/** Settles what will be imported into one table, and refuses checks that its columns cannot answer. */
export async function planImport(effect: EffectContext, index: number): Promise<EffectResult> {
  const { lakehouse, spec, context, signal } = effect;
  const table = spec.tables[index]!;
  const plan = await lakehouse.planImport(importRequestOf(table), { ref: `${context.branch}@${baseOf(effect)}`, signal });
  // Steps written in code may still add the columns that a check names; the audit will tell.
  if (spec.steps.length === 0) refuseUnanswerable(table, await columnsAfter(effect, plan));
  const newFiles = plan.files.filter((file) => file.status === "new").length;
  return {
    event: { type: "PREPARED", newFiles, skippedFiles: plan.files.length - newFiles },
    output: { step: planStep(index), body: plan },
  };
}

/** Imports one table's new files, unless the branch's log says that this run has done so. */
export async function applyImport(effect: EffectContext, index: number): Promise<EffectResult> {
  const { lakehouse, context, signal, onProgress } = effect;
  const plan = effect.output(planStep(index)) as ImportPlan;
  const step = `import ${formatTableName(plan.request.table)}`;
  const filesImported = plan.files.filter((file) => file.status === "new").length;
  const filesSkipped = plan.files.length - filesImported;
  const counts = { filesImported, filesSkipped };
  if (filesImported === 0) return { event: { type: "IMPORTED", ...counts, rowsImported: 0, commit: baseOf(effect) } };
  const done = await findOwnCommit(effect, step);
  if (done) return { event: { type: "IMPORTED", ...counts, rowsImported: await rowsOf(effect, plan, done), commit: done.hash } };
  const report = await lakehouse.applyImport(plan, {
    branch: context.branch,
    message: `Import ${filesImported} ${filesImported === 1 ? "file" : "files"} into ${formatTableName(plan.request.table)}`,
    author: AUTHOR,
    properties: commitProperties(effect, { "wap.step": step }),
    signal,
    onProgress,
  });
  // Fewer files than planned: the request arrived twice, and this answers the second, which found its files imported.
  const twin = report.filesImported < filesImported ? await findOwnCommit(effect, step) : null;
  const rowsImported = twin ? await rowsOf(effect, plan, twin) : report.rowsImported;
  return { event: { type: "IMPORTED", ...counts, rowsImported, commit: report.commit } };
}

/** The name under which a table's plan is kept. */
export function planStep(index: number): string {
  return `plan:${index}`;
}

/** What a table spec asks to import. */
export function importRequestOf(table: TableSpec): ImportRequest {
  const { from, into: { mode }, format, transform, importDuplicateFiles } = table;
  return { table: tableNameOf(table), mode, from, format, transform, importDuplicateFiles };
}

/** A table spec's name. */
export function tableNameOf({ into }: TableSpec): TableName {
  return { namespace: into.namespace, name: into.table };
}

/** The commit on the run's branch that this step made before a crash, or null. */
export async function findOwnCommit(effect: EffectContext, step: string): Promise<Commit | null> {
  for await (const commit of effect.lakehouse.log(effect.context.branch, { until: baseOf(effect) })) {
    if (commit.properties["wap.run_id"] === effect.runId && commit.properties["wap.step"] === step) return commit;
  }
  return null;
}

async function rowsOf({ lakehouse }: EffectContext, { request }: ImportPlan, commit: Commit): Promise<number> {
  const after = await lakehouse.findTable(request.table, { ref: commit.hash });
  const before = request.mode === "append" ? await lakehouse.findTable(request.table, { ref: commit.parents[0]! }) : null;
  return (after?.records ?? 0) - (before?.records ?? 0);
}

async function columnsAfter(effect: EffectContext, { request, columns }: ImportPlan): Promise<Column[]> {
  const table = await effect.lakehouse.findTable(request.table, { ref: baseOf(effect) });
  const planned = new Set(columns.map((column) => column.name));
  return [...(table?.columns ?? []).filter((column) => !planned.has(column.name)), ...columns];
}

function refuseUnanswerable(table: TableSpec, columns: Column[]): void {
  const problems = preflight(table.checks, columns);
  if (problems.length === 0) return;
  throw new UsageError(problems.map((problem) => problem.error.message).join("; "), {
    code: "invalid_check",
    hint: problems[0]!.error.hint ?? "Mend the check, or the files",
  });
}
