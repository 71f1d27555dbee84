/**
 * Reads checks as flow files write them: `{ not_null: { columns: [a, b], max_pct: 1 } }`, or shorter `{ not_null: a }`.
 *
 * @module
 */
import * as z from "zod";
import type { CheckSpec } from "../check.ts";
import { UsageError } from "../errors.ts";
import { describeIssue } from "./issue.ts";
import type { Fault, KindDefinition } from "./kind.ts";
import { findOptionsFault, optionNames, optionsSchema, toCheckSpec } from "./options.ts";
import { definitionOf, isWrittenKind, WRITTEN_KINDS } from "./registry.ts";
import { suggestion } from "./suggest.ts";

/** A fault with the way to it, from the outside in. */
export interface PlacedFault {
  /** Keys and indexes that lead to what is at fault. */
  path: (string | number)[];
  /** What is wrong. */
  message: string;
  /** The remedy. */
  hint?: string;
}

/** The outcome of reading a check: the check, or what is wrong with it. */
export type Reading = { spec: CheckSpec; fault?: undefined } | { spec?: undefined; fault: PlacedFault };

/** zod's schema of one check in a flow file; its output is the check with every default filled in, its issues carry a `hint` in `params`. */
export const checkSchema: z.ZodType<CheckSpec> = z.unknown().transform((value, context) => {
  const { spec, fault } = readCheck(value);
  if (spec !== undefined) return spec;
  context.issues.push({ code: "custom", message: fault.message, path: fault.path, input: value, params: { hint: fault.hint } });
  return z.NEVER;
});

/**
 * Reads one check as a flow file writes it.
 *
 * @param value An object whose only key is the kind.
 * @param options `path` says where it stands, for messages.
 * @returns The check with every default filled in.
 * @throws {UsageError} If it is no check; the message says where and why, the hint what to do.
 * @example
 * ```ts
 * import { parseCheck } from "@wap/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseCheck({ not_null: "passenger_count" }).fail, { maxCount: 0 });
 * ```
 */
export function parseCheck(value: unknown, options: { path?: string } = {}): CheckSpec {
  const { path = "check" } = options;
  const { spec, fault } = readCheck(value);
  if (spec !== undefined) return spec;
  throw new UsageError(`Cannot use ${[path, ...fault.path].reduce(joinPath)}: ${fault.message}`, { code: "invalid_check", hint: fault.hint });
}

/**
 * Reads the options of a check of a known kind.
 *
 * @param definition The kind.
 * @param options The options by name, as flow files spell them.
 * @returns The check, or the first fault with its path inside the options.
 */
export function readOptions(definition: KindDefinition, options: Record<string, unknown>): Reading {
  const parsed = optionsSchema(definition).safeParse(options, { reportInput: true });
  if (!parsed.success) {
    // A misspelt option comes before the one that is missing because of it.
    const { issues } = parsed.error;
    return { fault: describeIssue(issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!, optionNames(definition)) };
  }
  const fault = findOptionsFault(definition, parsed.data);
  return fault === null ? { spec: toCheckSpec(definition, parsed.data) } : { fault: place(fault) };
}

function readCheck(value: unknown): Reading {
  if (!isRecord(value)) {
    return { fault: { path: [], message: "expected an object whose key is the kind of check", hint: 'Write it as in "not_null: { column: id }"' } };
  }
  const kinds = Object.keys(value);
  const kind = kinds[0];
  const fault = kind === undefined ? noKind() : findKindFault(kind) ?? (kinds.length > 1 ? extraKey(kind, kinds[1]!) : null);
  if (fault !== null) return { fault: { path: [], ...fault } };
  const definition = definitionOf(kind as CheckSpec["kind"]);
  const reading = readOptions(definition, toOptions(definition, value[kind!]));
  return reading.fault === undefined ? reading : { fault: { ...reading.fault, path: [kind!, ...reading.fault.path] } };
}

/**
 * Says why a word is no kind of check that can be written as data.
 *
 * @param kind The word.
 * @returns Message and hint, or null when it is one.
 */
export function findKindFault(kind: string): { message: string; hint: string } | null {
  if (isWrittenKind(kind)) return null;
  if (kind === "arrow") return { message: "an arrow check is code", hint: "Write it in a TypeScript flow with check.arrow(columns, function)" };
  return { message: `there is no kind of check ${JSON.stringify(kind)}`, hint: suggestion(kind, WRITTEN_KINDS) };
}

function noKind(): { message: string; hint: string } {
  return { message: "the kind of check is missing", hint: `Choose one of ${WRITTEN_KINDS.join(", ")}` };
}

function extraKey(kind: string, key: string): { message: string; hint: string } {
  const hint = isWrittenKind(key) ? "Write one list entry for each check" : `Options of ${kind} go below it, as in "${kind}: { ${key}: … }"`;
  return { message: `${JSON.stringify(key)} stands beside ${JSON.stringify(kind)}`, hint };
}

/** A bare value or list is the kind's first option. */
function toOptions(definition: KindDefinition, value: unknown): Record<string, unknown> {
  if (value === null || value === undefined) return {};
  return isRecord(value) ? value : { [definition.positional[0]!]: value };
}

function place({ option, message, hint }: Fault): PlacedFault {
  return { path: option === null ? [] : [option], message, hint };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function joinPath(path: string | number, part: string | number): string {
  return typeof part === "number" ? `${path}[${part}]` : `${path}.${part}`;
}
