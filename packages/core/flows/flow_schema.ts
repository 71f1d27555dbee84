/**
 * The one schema of flows, for TypeScript and YAML alike.
 *
 * @module
 */
import { z } from "zod";
import { parseIdentifier, parseNamespace, parseRefName } from "../names.ts";

const WRITE_MODES = ["append", "replace"] as const;
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

const from = z.union([z.string().min(1), z.array(z.string().min(1))]).transform((value) => Array.isArray(value) ? value : [value]);

const into = z.strictObject({
  namespace: named(parseNamespace).default("default"),
  table: named((value) => parseIdentifier(value, "table name")),
  mode: z.enum(WRITE_MODES).default("append"),
});

const table = z.strictObject({
  from: from.default([]),
  into,
  format: z.enum(["parquet", "csv", "json"]).optional(),
  transform: z.string().min(1).optional(),
  importDuplicateFiles: z.boolean().optional(),
  checks: z.array(z.unknown()).default([]),
});

const step = z.strictObject({
  name: z.string().min(1).max(200),
  run: z.custom<() => unknown>((value) => typeof value === "function", "expected a function"),
  onRollback: z.custom<() => unknown>((value) => typeof value === "function", "expected a function").optional(),
});

const hook = z.custom<() => unknown>((value) => typeof value === "function", "expected a function; hooks need a TypeScript flow").optional();

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
  onRollback: hook,
  onCommit: hook,
};

/** A flow that fills one table. */
export const singleTableFlow = z.strictObject({ ...common, ...table.shape });
/** A flow that fills several tables in one publish. */
export const multiTableFlow = z.strictObject({ ...common, tables: z.array(table).min(1) });

/** A flow's table as parsed, its checks still raw. */
export type ParsedTable = z.output<typeof table>;
/** A flow as parsed, always with `tables`. */
export type ParsedFlow = z.output<typeof multiTableFlow>;

/** What a webhook's body may say about a run: which files, and nothing that would weaken the audit. */
export const webhookInput = z.object({ from: from.optional() });
