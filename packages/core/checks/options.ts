/**
 * The options of a check: what every kind takes, what a kind adds, and how they become a `CheckSpec`.
 *
 * @module
 */
import * as z from "zod";
import type { CheckScope, CheckSpec, Threshold } from "../check.ts";
import { defaultName } from "./check_names.ts";
import type { Fault, KindDefinition, Tolerance } from "./kind.ts";
import { predicateOption, sqlTextOption } from "./option_types.ts";

/** Failing rows kept in the report unless said otherwise. */
export const DEFAULT_SAMPLE = 5;

const columnName = sqlTextOption.refine((name) => name !== "");
const columns = z.union([columnName, z.array(columnName).min(1)], { error: "expected a column name or a list of them" }).optional();
const count = z.int().min(0).optional();
const TOLERANCE_SHAPE = { max_pct: z.number().min(0).max(100).optional(), max_count: count, max_excess: count };

/** The options of a kind after zod has read them. */
interface CommonOptions {
  column?: string | string[];
  columns?: string | string[];
  name?: string;
  where?: string;
  scope?: CheckScope;
  severity?: "fail" | "warn";
  warn?: Tolerances;
  fail?: Tolerances;
  sample: number;
  reason?: string;
}

type Tolerances = { [name in Tolerance]?: number };

/**
 * The zod schema of a kind's options.
 *
 * @param definition The kind.
 * @returns A schema that refuses options the kind does not have.
 */
export function optionsSchema(definition: KindDefinition): z.ZodType<Record<string, unknown>> {
  const tolerances = Object.fromEntries(definition.tolerances.map((name) => [name, TOLERANCE_SHAPE[name]]));
  const threshold = z.strictObject(tolerances).optional();
  return z.strictObject({
    ...(definition.columns !== "none" && { column: columns, columns }),
    ...definition.params,
    name: z.string().trim().min(1).max(200).optional(),
    ...(definition.filterable && { where: predicateOption.optional() }),
    scope: z.enum(["delta", "table"]).optional(),
    severity: z.enum(["fail", "warn"]).optional(),
    ...tolerances,
    ...(definition.tolerances.length > 0 && { warn: threshold, fail: threshold }),
    sample: z.int().min(0).max(1000).default(DEFAULT_SAMPLE),
    reason: z.string().optional(),
  });
}

/** The names of all options a kind takes. */
export function optionNames(definition: KindDefinition): string[] {
  return Object.keys((optionsSchema(definition) as z.ZodObject).shape);
}

/**
 * Finds what is wrong with options that are each right by themselves.
 *
 * @param definition The kind.
 * @param options Options that have passed the kind's {@linkcode optionsSchema}.
 * @returns The first fault, or null.
 */
export function findOptionsFault(definition: KindDefinition, options: Record<string, unknown>): Fault | null {
  return findColumnsFault(definition, options as CommonOptions & Record<string, unknown>) ?? findToleranceFault(options) ?? definition.findFault?.(options) ??
    null;
}

/**
 * Makes a check of its options.
 *
 * @param definition The kind.
 * @param options Options in which {@linkcode findOptionsFault} finds no fault.
 * @returns The check with every default filled in.
 */
export function toCheckSpec(definition: KindDefinition, options: Record<string, unknown>): CheckSpec {
  const { name, where, scope, sample, reason } = options as unknown as CommonOptions;
  const given = Object.keys(definition.params).filter((param) => options[param] !== undefined);
  const params = Object.fromEntries(given.map((param) => [param, options[param]]));
  const spec: CheckSpec = {
    kind: definition.kind,
    name: name ?? "",
    columns: columnsOf(options as unknown as CommonOptions),
    params,
    ...(where !== undefined && { where }),
    scope: scope ?? definition.defaultScope(params),
    ...thresholdsOf(options as unknown as CommonOptions & Tolerances),
    sample,
    ...(reason !== undefined && { reason }),
  };
  return name === undefined ? { ...spec, name: defaultName(spec) } : spec;
}

function columnsOf({ column, columns }: CommonOptions): string[] {
  return [columns ?? column ?? []].flat();
}

function findColumnsFault(definition: KindDefinition, options: CommonOptions): Fault | null {
  if (definition.columns === "none") return null;
  const option = definition.columns === "one" ? "column" : "columns";
  if (options.column !== undefined && options.columns !== undefined) {
    return { option: "columns", message: "it says the same as column", hint: "Give one of the two" };
  }
  const names = columnsOf(options);
  if (names.length === 0) return { option, message: "it is missing", hint: "Name the column to test" };
  if (definition.columns === "one" && names.length > 1) return { option, message: "it takes one column", hint: "Write one check for each column" };
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? null : { option, message: `${JSON.stringify(twice)} is named twice` };
}

function findToleranceFault(options: Record<string, unknown>): Fault | null {
  for (const [level, threshold] of [[null, options], ["warn", options.warn], ["fail", options.fail]] as const) {
    const { max_count, max_excess } = (threshold ?? {}) as Tolerances;
    if (max_count !== undefined && max_excess !== undefined) {
      return { option: level ?? "max_count", message: "max_count and max_excess say the same", hint: "Give one of the two" };
    }
  }
  if (options.warn === undefined && options.fail === undefined) return null;
  const excluded = ["severity", "max_pct", "max_count", "max_excess"].find((name) => options[name] !== undefined);
  if (excluded === undefined) return null;
  return { option: excluded, message: "it cannot stand beside warn or fail", hint: `Put what is tolerated into warn and fail, such as "fail: { max_pct: 5 }"` };
}

function thresholdsOf(options: CommonOptions & Tolerances): { warn?: Threshold; fail?: Threshold } {
  const { warn, fail, severity = "fail" } = options;
  if (warn === undefined && fail === undefined) return { [severity]: toThreshold(options) };
  return { ...(warn && { warn: toThreshold(warn) }), ...(fail && { fail: toThreshold(fail) }) };
}

function toThreshold({ max_pct: maxPct, max_count, max_excess }: Tolerances): Threshold {
  const maxCount = max_count ?? max_excess;
  if (maxPct === undefined) return { maxCount: maxCount ?? 0 };
  return maxCount === undefined ? { maxPct } : { maxCount, maxPct };
}
