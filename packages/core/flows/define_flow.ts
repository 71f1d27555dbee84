/**
 * Defining a flow: from what an author writes to a checked flow with every default filled in.
 *
 * @module
 */
import type { z } from "zod";
import type { ArrowCheck, Check, CheckSpec } from "../check.ts";
import { implicitRowCount } from "../checks/row_count.ts";
import { parseCheck } from "../checks/parse.ts";
import { UsageError } from "../errors.ts";
import { type Approval, arrowCheckKey, type CommitHook, type Flow, type OnFailure, type RollbackHook, type Step, type WebhookSpec } from "../flow.ts";
import type { FileFormat, WriteMode } from "../lakehouse.ts";
import { formatTableName } from "../names.ts";
import { multiTableFlow, type ParsedFlow, type ParsedTable, singleTableFlow } from "./flow_schema.ts";

/** One table of a flow as an author writes it. */
export interface TableDefinition {
  /** A path, glob or URL, or several; may be left to the run. */
  from?: string | string[];
  /** Where the rows go; the namespace is `default` and the mode `append` unless said. */
  into: { namespace?: string; table: string; mode?: WriteMode };
  /** The files' format, where their ending does not say it. */
  format?: FileFormat;
  /** One SELECT over the files' rows, named `{source}`. */
  transform?: string;
  /** Import files the table has already. */
  importDuplicateFiles?: boolean;
  /** What must hold: from the `check` builders, or written as in YAML. */
  checks?: (Check | string | Record<string, unknown>)[];
}

/** What every flow definition has. */
export interface CommonDefinition {
  /** Unique in a flow folder. */
  name: string;
  /** @default {1} */
  version?: number;
  /** Code between import and audit. */
  steps?: Step[];
  /** @default {"main"} */
  target?: string;
  /** @default {"delete"} */
  onFailure?: OnFailure;
  /** @default {"never"} */
  approval?: Approval;
  /** How the flow takes webhooks. */
  webhook?: WebhookSpec;
  /** Fires when a run is undone. */
  onRollback?: RollbackHook;
  /** Fires when a run is published. */
  onCommit?: CommitHook;
}

/** A flow as an author writes it: one table inline, or several under `tables`. */
export type FlowDefinition = CommonDefinition & (TableDefinition | { tables: TableDefinition[] });

/**
 * Defines a flow in code.
 *
 * @param definition The flow.
 * @returns The flow, checked and with all defaults filled in: make it the file's default export.
 * @throws {UsageError} If a field is wrong; the message names it.
 * @example
 * ```ts
 * import { check, defineFlow } from "@wap/core";
 * import { assertEquals } from "@std/assert";
 *
 * const flow = defineFlow({
 *   name: "trips",
 *   from: "trips/*.csv",
 *   into: { namespace: "taxi", table: "trips" },
 *   checks: [check.notNull("passenger_count", { maxPct: 1 })],
 *   onCommit: ({ commit }) => console.error(`published as ${commit}`),
 * });
 * assertEquals(flow.spec.target, "main");
 * ```
 */
export function defineFlow(definition: FlowDefinition): Flow {
  return parseFlow(definition, { source: null, pathName: (path) => path.join(".") });
}

/**
 * Checks a flow however it was written.
 *
 * @param definition What was written, keys in camelCase.
 * @param options `source` is the file it came from; `pathName` writes a field's path as its author would.
 * @throws {UsageError} If a field is wrong; the message names it.
 */
export function parseFlow(definition: unknown, options: { source: string | null; pathName: (path: string[]) => string }): Flow {
  const several = typeof definition === "object" && definition !== null && "tables" in definition;
  const result = several ? multiTableFlow.safeParse(definition) : singleTableFlow.safeParse(definition);
  if (!result.success) throw flowError(definition, result.error, options);
  return buildFlow(several ? result.data as ParsedFlow : withTables(result.data as z.output<typeof singleTableFlow>), options.source);
}

function withTables({ from, into, format, transform, importDuplicateFiles, checks, ...common }: z.output<typeof singleTableFlow>): ParsedFlow {
  return { ...common, tables: [{ from, into, format, transform, importDuplicateFiles, checks }] };
}

function buildFlow(parsed: ParsedFlow, source: string | null): Flow {
  const { name, version, target, onFailure, approval, webhook, onRollback, onCommit } = parsed;
  const steps = parsed.steps as Step[];
  refuseDuplicates(steps.map((step) => step.name), `step in flow "${name}"`);
  const arrowChecks = new Map<string, ArrowCheck>();
  const tables = parsed.tables.map((table) => ({ ...table, checks: buildChecks(table, arrowChecks) }));
  refuseDuplicates(tables.map(({ into }) => formatTableName({ namespace: into.namespace, name: into.table })), `table in flow "${name}"`);
  return {
    spec: {
      name,
      version,
      tables,
      steps: steps.map((step) => ({ name: step.name, undo: step.onRollback !== undefined })),
      hooks: { onRollback: onRollback !== undefined, onCommit: onCommit !== undefined },
      target,
      onFailure,
      approval,
      webhook: webhook ?? null,
    },
    code: { steps: new Map(steps.map((step) => [step.name, step])), checks: arrowChecks, onRollback, onCommit },
    source,
  };
}

function buildChecks({ checks, into }: ParsedTable, arrowChecks: Map<string, ArrowCheck>): CheckSpec[] {
  const table = formatTableName({ namespace: into.namespace, name: into.table });
  const built = checks.map((check, index) => isCheck(check) ? check : parseCheck(check, `checks[${index}] of ${table}`));
  for (const { spec, run } of built) if (run) arrowChecks.set(arrowCheckKey(table, spec.name), run);
  return completeChecks(built.map((check) => check.spec), table);
}

/**
 * Adds the check that every table has: rows were added. A flow says otherwise with a `row_count` of its own on what was added.
 *
 * @throws {UsageError} If two checks have one name.
 */
export function completeChecks(specs: CheckSpec[], table: string): CheckSpec[] {
  refuseDuplicates(specs.map((spec) => spec.name), `check on ${table}`);
  const own = specs.filter((spec) => !spec.implicit);
  const counted = own.some((spec) => spec.kind === "row_count" && spec.scope === "delta");
  return counted ? own : [{ ...implicitRowCount(), implicit: true }, ...own];
}

function isCheck(value: unknown): value is Check {
  return typeof value === "object" && value !== null && "spec" in value;
}

function refuseDuplicates(names: string[], what: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new UsageError(`Cannot use two times the same ${what}: "${twice}"`, { code: "invalid_flow", hint: "Give one of them another name" });
}

function flowError(definition: unknown, error: z.ZodError, options: { source: string | null; pathName: (path: string[]) => string }): UsageError {
  const name = (definition as { name?: unknown } | null)?.name;
  const what = options.source === null ? `flow ${JSON.stringify(name ?? "without a name")}` : `flow file "${options.source}"`;
  const details = error.issues.map((issue) => {
    const path = options.pathName(issue.path.map(String));
    return path === "" ? issue.message : `${path}: ${issue.message}`;
  });
  return new UsageError(`Cannot read ${what}: ${details.join("; ")}`, {
    code: "invalid_flow",
    hint: "See the README for the fields of a flow, or an example in examples/",
  });
}
