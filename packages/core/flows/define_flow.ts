/**
 * Defining a flow: from what an author writes to a checked flow with every default filled in.
 *
 * @module
 */
import type { z } from "zod";
import type { ArrowCheck, Check } from "../check.ts";
import { addedRowsCheck } from "../checks/build.ts";
import { nameChecks } from "../checks/check_names.ts";
import { suggestion } from "../checks/suggest.ts";
import { UsageError } from "../errors.ts";
import {
  type Approval,
  arrowCheckKey,
  type CommitHook,
  type Flow,
  type Limits,
  type OnFailure,
  type RollbackHook,
  type Step,
  type StepSpec,
  type WebhookSpec,
} from "../flow.ts";
import type { FileFormat, WriteMode } from "../lakehouse.ts";
import { formatTableName } from "../names.ts";
import { FIELD_NAMES, multiTableFlow, type ParsedFlow, singleTableFlow } from "./flow_schema.ts";

/** One table of a flow as an author writes it. */
export interface TableDefinition {
  /** A path, glob or URL, or several; may be left to the run. */
  from?: string | string[];
  /** Where the rows go; the namespace is `public` and the mode `append` unless said. */
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
  /** Raised when a change should not touch runs under way. @default {1} */
  version?: number;
  /** Code between import and audit. */
  steps?: Step[];
  /** The branch to publish to. @default {"main"} */
  target?: string;
  /** What happens to a rejected or failed run's branch. @default {"delete"} */
  onFailure?: OnFailure;
  /** When a person must say yes. @default {"never"} */
  approval?: Approval;
  /** How the flow takes webhooks. */
  webhook?: WebhookSpec;
  /** How a failing step is tried again: five times in all, after up to 500 ms, then twice as long each time, 30 s at most. */
  retries?: { attempts?: number; initial?: string; max?: string };
  /** The longest that one step or hook may take. @default {"1h"} */
  stepTimeout?: string;
  /** The longest from a run's creation to its publish, such as `6h`; no limit if absent. */
  deadline?: string;
  /** The longest that a run waits for approval, such as `7d`; no limit if absent. */
  approvalExpires?: string;
  /** Fires when a run is undone. */
  onRollback?: RollbackHook;
  /** Fires when a run is published. */
  onCommit?: CommitHook;
}

/** A flow as an author writes it: one table inline, or several under `tables`. */
export type FlowDefinition = CommonDefinition & (TableDefinition | { tables: TableDefinition[] });

/** Where a definition was written, for messages. */
export interface FlowOrigin {
  /** The file, or null. */
  source: string | null;
  /** How the author spells a field; as it is if absent. */
  spell?: (field: string) => string;
  /** The line of a field, or null. */
  lineOf?: (path: string[]) => number | null;
}

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
  return parseFlow(definition, { source: null });
}

/**
 * Checks a flow however it was written.
 *
 * @param definition What was written, keys in camelCase.
 * @param origin Where it was written, and how its author spells fields.
 * @throws {UsageError} If a field is wrong; the message names it.
 */
export function parseFlow(definition: unknown, origin: FlowOrigin): Flow {
  const several = typeof definition === "object" && definition !== null && "tables" in definition;
  const result = several ? multiTableFlow.safeParse(definition) : singleTableFlow.safeParse(definition);
  if (!result.success) throw flowError(definition, result.error, origin);
  return buildFlow(several ? result.data as ParsedFlow : withTables(result.data as z.output<typeof singleTableFlow>), origin.source);
}

function withTables({ from, into, format, transform, importDuplicateFiles, checks, ...common }: z.output<typeof singleTableFlow>): ParsedFlow {
  return { ...common, tables: [{ from, into, format, transform, importDuplicateFiles, checks }] };
}

function buildFlow(parsed: ParsedFlow, source: string | null): Flow {
  const { name, version, steps, target, onFailure, approval, webhook, onRollback, onCommit } = parsed;
  refuseDuplicates(steps.map((step) => step.name), `step in flow "${name}"`);
  const checks = parsed.tables.map((table) => completeChecks(table.checks));
  const tables = parsed.tables.map((table, index) => ({ ...table, checks: checks[index]!.map((check) => check.spec) }));
  refuseDuplicates(tables.map(({ into }) => formatTableName({ namespace: into.namespace, name: into.table })), `table in flow "${name}"`);
  return {
    spec: {
      name,
      version,
      tables,
      steps: steps.map(stepSpecOf),
      hooks: { onRollback: onRollback !== undefined, onCommit: onCommit !== undefined },
      target,
      onFailure,
      approval,
      webhook: webhook ?? null,
      limits: limitsOf(parsed),
    },
    code: { steps: new Map(steps.map(({ name, run, onRollback }) => [name, { name, run, onRollback }])), checks: arrowChecks(checks), onRollback, onCommit },
    source,
  };
}

function stepSpecOf({ name, onRollback, attempts, timeout }: ParsedFlow["steps"][number]): StepSpec {
  return { name, undo: onRollback !== undefined, attempts, timeoutMs: timeout };
}

function limitsOf({ retries, stepTimeout, deadline, approvalExpires }: ParsedFlow): Limits {
  return {
    retries: { attempts: retries.attempts, initialMs: retries.initial, maxMs: retries.max },
    stepTimeoutMs: stepTimeout,
    deadlineMs: deadline ?? null,
    approvalExpiresMs: approvalExpires ?? null,
  };
}

function arrowChecks(checks: Check[][]): Map<string, ArrowCheck> {
  return new Map(checks.flatMap((ofTable, index) => ofTable.flatMap(({ spec, run }) => run ? [[arrowCheckKey(index, spec.name), run] as const] : [])));
}

/**
 * Adds the check that every table has: rows were added. A flow says otherwise with a `row_count` of its own on what was added.
 *
 * @param checks The checks of one table.
 * @returns The same with the implicit check first, under names that differ.
 * @throws {UsageError} If two checks were given the same name.
 */
export function completeChecks(checks: readonly Check[]): Check[] {
  const own = checks.filter(({ spec }) => !spec.implicit);
  const counted = own.some(({ spec }) => spec.kind === "row_count" && spec.scope === "delta");
  return nameChecks(counted ? own : [{ spec: { ...addedRowsCheck().spec, implicit: true } }, ...own]);
}

function refuseDuplicates(names: string[], what: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new UsageError(`Cannot use two times the same ${what}: "${twice}"`, { code: "invalid_flow", hint: "Give one of them another name" });
}

function flowError(definition: unknown, error: z.ZodError, origin: FlowOrigin): UsageError {
  const name = (definition as { name?: unknown } | null)?.name;
  const what = origin.source === null ? `flow ${JSON.stringify(name ?? "without a name")}` : `flow file "${origin.source}"`;
  const faults = error.issues.flatMap((issue) => faultsOf(issue, origin));
  return new UsageError(`Cannot read ${what}: ${faults.map((fault) => fault.message).join("; ")}`, {
    code: "invalid_flow",
    hint: faults.find((fault) => fault.hint !== undefined)?.hint ?? "See the README for the fields of a flow, or an example in examples/",
  });
}

function faultsOf(issue: z.core.$ZodIssue, { spell = (field) => field, lineOf }: FlowOrigin): { message: string; hint?: string }[] {
  const at = (path: string[]) => {
    const line = lineOf?.(path) ?? null;
    return path.map(spell).join(".") + (line === null ? "" : `${path.length === 0 ? "" : " "}(line ${line})`);
  };
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const hint = (key: string) => suggestion(spell(key), FIELD_NAMES.map(spell));
    return issue.keys.map((key) => ({ message: `${at([...path, key])}: there is no such field`, hint: hint(key) }));
  }
  const place = at(path);
  const hint = issue.code === "custom" && typeof issue.params?.hint === "string" ? issue.params.hint : undefined;
  return [{ message: place === "" ? issue.message : `${place}: ${issue.message}`, hint }];
}
