/**
 * The one-line notation of checks, as the command line takes them: `range(fare_amount, min=0, max=500, severity=warn)`.
 *
 * Values without names come first, in the order of the kind's options; lists stand in brackets; what is more than a word stands in single or double quotes, with
 * a backslash before a quote or a backslash inside. Words that look like numbers are numbers, `true` and `false` are what they say.
 * Independent tolerances are written with a dot: `not_null(fare, warn.max_pct=1, fail.max_pct=5)`.
 *
 * @module
 */
import * as z from "zod";
import type { CheckSpec, Threshold } from "../check.ts";
import type { UsageError } from "../errors.ts";
import type { KindDefinition } from "./kind.ts";
import { isWord, notationError, quote, type Token, tokenize } from "./notation_tokens.ts";
import { defaultName } from "./check_names.ts";
import { DEFAULT_SAMPLE } from "./options.ts";
import { findKindFault, type PlacedFault, readOptions } from "./parse.ts";
import { definitionOf } from "./registry.ts";

const NUMBER_REGEXP = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const LEVELS = ["warn", "fail"] as const;

/** A value as written, and where. */
interface Argument {
  value: unknown;
  position: number;
}

/**
 * Reads a check in one-line notation.
 *
 * @param source The check as written.
 * @returns The check with every default filled in.
 * @throws {UsageError} If it is no check; the message marks the place.
 * @example
 * ```ts
 * import { parseCheckNotation } from "@wap/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseCheckNotation("not_null(passenger_count, max_pct=1)").fail, { maxPct: 1 });
 * ```
 */
export function parseCheckNotation(source: string): CheckSpec {
  const reader = new NotationReader(source);
  const kind = reader.expectWord();
  const kindFault = findKindFault(kind.text);
  if (kindFault !== null) throw notationError(source, kind.position, kindFault);
  const definition = definitionOf(kind.text as CheckSpec["kind"]);
  const args = reader.readArguments(definition);
  const { spec, fault } = readOptions(definition, nest(args));
  if (spec !== undefined) return spec;
  throw notationError(source, positionOf(fault, args) ?? kind.position, { ...fault, message: withOption(fault) });
}

/**
 * Writes a check in one-line notation; {@linkcode parseCheckNotation} reads it back as the same check, unless it is an Arrow check, which is code.
 *
 * @param spec The check.
 * @returns The notation, options with their default left out.
 */
export function formatCheckNotation(spec: CheckSpec): string {
  const definition = definitionOf(spec.kind);
  const options = {
    ...paramsOf(spec),
    name: spec.name === defaultName(spec) ? undefined : spec.name,
    where: spec.where,
    scope: spec.scope === definition.defaultScope(spec.params) ? undefined : spec.scope,
    ...tolerancesOf(spec),
    sample: spec.sample === DEFAULT_SAMPLE ? undefined : spec.sample,
    reason: spec.reason,
  };
  const columns = spec.columns.length === 0 ? [] : [formatValue(spec.columns.length === 1 ? spec.columns[0] : spec.columns)];
  const named = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return typeof value === "string" && name === definition.positional[0] ? [formatValue(value)] : [`${name}=${formatValue(value)}`];
  });
  return `${spec.kind}(${[...columns, ...named].join(", ")})`;
}

class NotationReader {
  readonly #source: string;
  readonly #tokens: Token[];
  #next = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
  }

  expectWord(): Token {
    const token = this.#take();
    if (token.sort === "word") return token;
    throw this.#error(token, 'expected a kind of check, such as "not_null(id)"');
  }

  readArguments(definition: KindDefinition): Map<string, Argument> {
    const args = new Map<string, Argument>();
    let named = false;
    this.#expectSign("(");
    while (!this.#takeSign(")")) {
      if (args.size > 0) this.#expectSign(",");
      const start = this.#peek();
      const isNamed = start.sort === "word" && this.#peek(1).text === "=" && this.#peek(1).sort === "sign";
      if (named && !isNamed) throw this.#error(start, "a value without a name stands after one with a name");
      named = isNamed;
      const name = isNamed ? start.text : definition.positional[args.size];
      if (name === undefined) throw this.#error(start, `${definition.kind} takes no more than ${definition.positional.join(", ")} without a name`);
      if (args.has(name)) throw this.#error(start, `${name} is given twice`);
      if (isLevel(name)) throw this.#error(start, `tolerances of ${name} are written as ${name}.max_pct=… or ${name}.max_count=…`);
      if (isNamed) this.#next += 2;
      args.set(name, { value: this.#takeSign("[") ? this.#readList() : this.#readValue(), position: start.position });
    }
    const rest = this.#take();
    if (rest.sort !== "end") throw this.#error(rest, "the check ends before this");
    return args;
  }

  #readValue(): unknown {
    const token = this.#take();
    if (token.sort === "text") return token.text;
    if (token.sort === "word") return typed(token.text);
    throw this.#error(token, "expected a value");
  }

  #readList(): unknown[] {
    const values: unknown[] = [];
    while (!this.#takeSign("]")) {
      if (values.length > 0) this.#expectSign(",");
      values.push(this.#readValue());
    }
    return values;
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]!;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #takeSign(sign: string): boolean {
    const token = this.#peek();
    const found = token.sort === "sign" && token.text === sign;
    if (found) this.#next += 1;
    return found;
  }

  #expectSign(sign: string): void {
    const token = this.#peek();
    if (!this.#takeSign(sign)) throw this.#error(token, `expected "${sign}"`);
  }

  #error(token: Token, message: string): UsageError {
    return notationError(this.#source, token.position, { message });
  }
}

function typed(word: string): unknown {
  if (word === "true" || word === "false") return word === "true";
  return NUMBER_REGEXP.test(word) ? Number(word) : word;
}

/** `warn.max_pct` becomes `max_pct` inside `warn`. */
function nest(args: Map<string, Argument>): Record<string, unknown> {
  const options = new Map<string, unknown>();
  for (const [name, { value }] of args) {
    const dot = name.indexOf(".");
    const level = name.slice(0, dot);
    if (dot < 0 || !isLevel(level)) options.set(name, value);
    else options.set(level, Object.fromEntries([...Object.entries(options.get(level) ?? {}), [name.slice(dot + 1), value]]));
  }
  return Object.fromEntries(options);
}

function isLevel(word: string | undefined): word is "warn" | "fail" {
  return word === "warn" || word === "fail";
}

function positionOf({ path }: PlacedFault, args: Map<string, Argument>): number | undefined {
  const [option, nested] = path.map(String);
  return (args.get(`${option}.${nested}`) ?? args.get(String(option)))?.position;
}

function withOption({ path, message }: PlacedFault): string {
  return path.length === 0 ? message : `${path.filter((part) => typeof part === "string").join(".")}: ${message}`;
}

function paramsOf({ kind, params }: CheckSpec): Record<string, unknown> {
  const definition = definitionOf(kind);
  return Object.fromEntries(Object.entries(params).filter(([name, value]) => z.safeParse(definition.params[name]!, undefined).data !== value));
}

function tolerancesOf({ warn, fail }: CheckSpec): Record<string, unknown> {
  if (warn === undefined || fail === undefined) {
    const threshold = warn ?? fail ?? {};
    const isDefault = threshold.maxPct === undefined && threshold.maxCount === 0;
    return { severity: fail === undefined ? "warn" : undefined, ...(!isDefault && spell(threshold)) };
  }
  return Object.fromEntries(LEVELS.flatMap((level) => Object.entries(spell({ warn, fail }[level])).map(([name, value]) => [`${level}.${name}`, value])));
}

function spell({ maxPct, maxCount }: Threshold): Record<string, number | undefined> {
  return { max_pct: maxPct, max_count: maxCount };
}

function formatValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatValue).join(", ")}]`;
  if (typeof value !== "string") return String(value);
  return isWord(value) && typeof typed(value) === "string" ? value : quote(value);
}
