/**
 * The code that a stored run counts on, found again; and what to say when it is another.
 *
 * @module
 */
import type { CheckSpec } from "../check.ts";
import { type ErrorRecord, toErrorRecord, UsageError } from "../errors.ts";
import type { Flow, FlowCode, FlowSpec } from "../flow.ts";
import { completeChecks } from "../flows/define_flow.ts";
import { fingerprintOf, needsCode } from "../flows/fingerprint.ts";
import type { RunInputs } from "../store/records.ts";

/** A run's code as it is now: the same as when the run began, or changed. */
export type FoundCode = { code: FlowCode; changed: null } | { code: null; changed: ErrorRecord; flow: Flow | null };

/** The code of a flow that needs none. */
export const NO_CODE: FlowCode = { steps: new Map(), checks: new Map() };

/**
 * Finds a run's code.
 *
 * @param inputs What the run was asked to do.
 * @param loadFlow Reads a flow's file.
 * @returns The code; or what changed, with the flow as it is now, or null if it cannot be read.
 */
export async function findCode({ spec, source, fingerprint }: RunInputs, loadFlow: (source: string) => Promise<Flow>): Promise<FoundCode> {
  if (!needsCode(spec)) return { code: NO_CODE, changed: null };
  if (source === null) return { code: null, changed: changedRecord(spec, "the run was started from code that has no file"), flow: null };
  let flow: Flow;
  try {
    flow = await loadFlow(source);
  } catch (error) {
    return { code: null, changed: changedRecord(spec, (error as Error).message), flow: null };
  }
  if (fingerprintOf(flow.spec) === fingerprint) return { code: flow.code, changed: null };
  return { code: null, changed: changedRecord(spec, `"${source}" changed since the run began: ${differences(spec, flow.spec).join(", ")}`), flow };
}

/** What a run is to do once a person accepted the flow as it is now: its sources and tables stay, its checks stay if the flow no longer has them. */
export function acceptedSpec(spec: FlowSpec, flow: FlowSpec): FlowSpec {
  const tables = spec.tables.map((table, index) => {
    const now = flow.tables[index]?.checks ?? [];
    const kept = table.checks.filter((check) => check.kind !== "arrow" && !now.some((one) => one.name === check.name));
    return { ...table, checks: completeChecks([...now, ...kept].map((check) => ({ spec: check }))).map((check) => check.spec) };
  });
  return { ...spec, version: flow.version, tables, steps: flow.steps, hooks: flow.hooks, limits: flow.limits };
}

function changedRecord(spec: FlowSpec, why: string): ErrorRecord {
  return toErrorRecord(
    new UsageError(`Cannot go on with flow "${spec.name}" version ${spec.version}: ${why}`, {
      code: "flow_changed",
      hint: 'Bring the flow\'s file back, or "wap resume --accept-changes", or "wap fork --from auditing", or cancel the run',
    }),
  );
}

function differences(before: FlowSpec, now: FlowSpec): string[] {
  const names = (spec: FlowSpec) => [
    ...spec.steps.map((step) => `step "${step.name}"`),
    ...Object.entries(spec.hooks).filter(([, has]) => has).map(([hook]) => hook),
    ...spec.tables.flatMap((table) => table.checks.filter(isOwn).map((check) => `check "${check.name}"`)),
  ];
  const [old, young] = [names(before), names(now)];
  const found = [
    ...old.filter((name) => !young.includes(name)).map((name) => `${name} is gone`),
    ...young.filter((name) => !old.includes(name)).map((name) => `${name} is new`),
  ];
  if (before.version !== now.version) found.unshift(`its version is ${now.version}`);
  return found.length > 0 ? found : ["the order of its steps"];
}

function isOwn(check: CheckSpec): boolean {
  return check.implicit !== true;
}
