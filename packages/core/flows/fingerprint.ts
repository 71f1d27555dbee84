/**
 * Fingerprints: whether a flow's code still has the steps, checks and hooks that a stored run counts on.
 *
 * @module
 */
import { digestOf } from "../digest.ts";
import type { FlowSpec } from "../flow.ts";

/** A digest of a flow's name, version, and the names of its steps, checks and hooks; never of source text. */
export function fingerprintOf(spec: FlowSpec): string {
  return digestOf({
    name: spec.name,
    version: spec.version,
    steps: spec.steps,
    hooks: spec.hooks,
    checks: spec.tables.map((table) => table.checks.map((check) => check.name)),
  });
}

/** Whether a spec needs code to be carried out. */
export function needsCode(spec: FlowSpec): boolean {
  return spec.steps.length > 0 || spec.hooks.onCommit || spec.hooks.onRollback ||
    spec.tables.some((table) => table.checks.some((check) => check.kind === "arrow"));
}
