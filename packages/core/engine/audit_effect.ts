/**
 * Auditing the branch.
 *
 * @module
 */
import { type ArrowCheck, type AuditReport, type CheckSpec, isBlocking } from "../check.ts";
import { runAudit } from "../checks/audit.ts";
import type { ErrorRecord } from "../errors.ts";
import { arrowCheckKey, type FlowCode } from "../flow.ts";
import { AUDIT_STEP } from "../run.ts";
import { baseOf, type EffectContext, type EffectResult } from "./effect_context.ts";
import { tableNameOf } from "./import_effects.ts";
import { assessTarget } from "./target_moved.ts";

/** Runs every check against the branch as it stands; the verdict belongs to that commit. A target that moved is dealt with before the long work, not after. */
export async function audit(effect: EffectContext): Promise<EffectResult> {
  const { lakehouse, spec, context, code, signal } = effect;
  const targetCommit = await lakehouse.resolve(spec.target);
  const moved = await assessTarget(effect, targetCommit);
  if (moved) return { event: moved };
  const branchCommit = await lakehouse.resolve(context.branch);
  const report = await runAudit(lakehouse, {
    ref: `${context.branch}@${branchCommit}`,
    branchCommit,
    targetCommit,
    since: baseOf(effect),
    tables: spec.tables.map((table, index) => ({ table: tableNameOf(table), checks: checksOf(effect, index), code: arrowChecksOf(code, index) })),
    signal,
  });
  const { verdict, digest } = report;
  return {
    event: { type: "AUDITED", audit: { verdict, branchCommit, targetCommit, digest }, error: verdict === "fail" ? rejection(report) : null },
    output: { step: AUDIT_STEP, body: report },
  };
}

/** A table whose files are all there already adds no rows, which is no fault of a run that brings rows to others. */
function checksOf({ spec, context }: EffectContext, index: number): CheckSpec[] {
  const { checks } = spec.tables[index]!;
  return context.tables[index]?.filesImported === 0 && context.tables.length > 1 ? checks.filter((check) => !check.implicit) : checks;
}

/** The Arrow checks of one table of the flow, by name. */
function arrowChecksOf(code: FlowCode, index: number): Map<string, ArrowCheck> {
  const prefix = arrowCheckKey(index, "");
  return new Map([...code.checks].filter(([key]) => key.startsWith(prefix)).map(([key, run]) => [key.slice(prefix.length), run]));
}

function rejection({ checks }: AuditReport): ErrorRecord {
  const blocking = checks.filter((check) => isBlocking(check.status));
  const reasons = blocking.map((check) => `${check.name} on ${check.table}: ${check.error?.message ?? check.observed}`);
  return {
    code: "audit_failed",
    message: `Cannot publish: ${blocking.length} of ${checks.length} checks ${blocking.length === 1 ? "blocks" : "block"}: ${reasons.join("; ")}`,
    hint: "Look at the failing rows, then mend the files or the checks and run again",
  };
}
