/**
 * The one schema of flows, for TypeScript and YAML alike.
 *
 * @module
 */
import { z } from "zod";
import type { Check } from "../check.ts";
import { parseCheckNotation } from "../checks/notation.ts";
import { checkSchema } from "../checks/parse.ts";
import { UsageError } from "../errors.ts";
import type { CommitHook, RollbackHook, StepFunction } from "../flow.ts";
import { parseDuration } from "../duration.ts";
import { parseIdentifier, parseNamespace, parseRefName } from "../names.ts";

const WRITE_MODES = ["append", "replace"] as const;
/** Where tables go that no one says a namespace for. Not `default`, which SQL would want in quotes. */
const DEFAULT_NAMESPACE = "public";
/** Flow names go into branch names and URLs. */
const FLOW_NAME_REGEXP = /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/;
const ENVIRONMENT_NAME_REGEXP = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A string that one of our name parsers accepts; its error becomes the field's. */
function named(parse: (value: string) => string) {
  return z.string().superRefine((value, context) => {
    try {
      parse(value);
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message });
    }
  });
}

const from = z.union([z.string().min(1), z.array(z.string().min(1))], "expected a path, glob or URL, or a list of them").transform((value) =>
  Array.isArray(value) ? value : [value]
);

const into = z.strictObject({
  namespace: named(parseNamespace).default(DEFAULT_NAMESPACE),
  table: named((value) => parseIdentifier(value, "table name")),
  mode: z.enum(WRITE_MODES).default("append"),
});

/** A check as a builder made it, in one line, or as a mapping. */
const check = z.unknown().transform((value, context): Check => {
  if (isCheck(value)) return value;
  try {
    if (typeof value === "string") return { spec: parseCheckNotation(value) };
    const result = checkSchema.safeParse(value);
    if (result.success) return { spec: result.data };
    context.issues.push(...result.error.issues.map((issue) => ({ ...issue, input: value }) as z.core.$ZodRawIssue));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    context.issues.push({ code: "custom", message: error.message, input: value, params: { hint: error.hint } });
  }
  return z.NEVER;
});

function isCheck(value: unknown): value is Check {
  return typeof value === "object" && value !== null && "spec" in value;
}

const table = z.strictObject({
  from: from.default([]),
  into,
  format: z.enum(["parquet", "csv", "json"]).optional(),
  transform: z.string().min(1).optional(),
  importDuplicateFiles: z.boolean().optional(),
  checks: z.array(check).default([]),
});

function code<T>() {
  return z.custom<T>((value) => typeof value === "function", "expected a function, which takes a TypeScript flow");
}

/** A span of time in words, as milliseconds. */
const duration = named((value) => String(parseDuration(value))).transform(parseDuration);

const retries = z.strictObject({
  attempts: z.int().min(1).max(100).default(5),
  initial: duration.default(500),
  max: duration.default(30_000),
});

const step = z.strictObject({
  name: z.string().min(1).max(200),
  run: code<StepFunction>(),
  onRollback: code<RollbackHook>().optional(),
  attempts: z.int().min(1).max(100).optional(),
  timeout: duration.optional(),
});

const webhook = z.strictObject({
  secretEnv: z.string().regex(ENVIRONMENT_NAME_REGEXP, "expected the name of an environment variable, not the secret itself"),
  allowFrom: z.array(z.string().min(1)).optional(),
});

/** What every flow has, whether it fills one table or several. */
const common = {
  name: z.string().regex(FLOW_NAME_REGEXP, "expected letters, digits, '_', '.' and '-', starting with a letter, at most 100"),
  version: z.int().min(1).default(1),
  steps: z.array(step).default([]),
  target: named(parseRefName).default("main"),
  onFailure: z.enum(["delete", "keep"]).default("delete"),
  approval: z.enum(["never", "always", "on_warn"]).default("never"),
  webhook: webhook.optional(),
  retries: retries.prefault({}),
  stepTimeout: duration.default(3_600_000),
  deadline: duration.optional(),
  approvalExpires: duration.optional(),
  onRollback: code<RollbackHook>().optional(),
  onCommit: code<CommitHook>().optional(),
};

/** A flow that fills one table. */
export const singleTableFlow = z.strictObject({ ...common, ...table.shape });
/** A flow that fills several tables in one publish. */
export const multiTableFlow = z.strictObject({ ...common, tables: z.array(table).min(1) });

/** Every field that a flow or a part of one can have. */
export const FIELD_NAMES: readonly string[] = [multiTableFlow, table, into, step, webhook, retries].flatMap((schema) => Object.keys(schema.shape));

/** A flow as parsed, always with `tables`. */
export type ParsedFlow = z.output<typeof multiTableFlow>;
