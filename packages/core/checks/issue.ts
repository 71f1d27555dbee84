/**
 * zod's findings in words: what was expected, what was got, and what was probably meant.
 *
 * @module
 */
import type { z } from "zod";
import { suggestion } from "./suggest.ts";

const NOUN_BY_EXPECTED: Record<string, string> = {
  string: "text",
  int: "a whole number",
  number: "a number",
  array: "a list",
  object: "options",
  boolean: "true or false",
};

/**
 * Puts an issue into words.
 *
 * @param issue What zod found; parsed with `reportInput`.
 * @param names The options that can be given, for near misses.
 * @returns Where and what it is, and the remedy if there is one.
 */
export function describeIssue(issue: z.core.$ZodIssue, names: readonly string[]): { path: (string | number)[]; message: string; hint?: string } {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  switch (issue.code) {
    case "unrecognized_keys": {
      const key = issue.keys[0]!;
      return {
        path: [...path, key],
        message: "there is no such option",
        hint: suggestion(key, names.filter((name) => path.length === 0 || name.startsWith("max_"))),
      };
    }
    case "invalid_type":
      if (issue.input === undefined) return { path, message: "it is missing", hint: `Give ${NOUN_BY_EXPECTED[issue.expected] ?? issue.expected}` };
      return { path, message: `expected ${NOUN_BY_EXPECTED[issue.expected] ?? issue.expected}, got ${inputText(issue.input)}` };
    case "invalid_value":
      return { path, message: `expected ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}, got ${inputText(issue.input)}` };
    case "too_small":
      return { path, message: issue.origin === "number" || issue.origin === "int" ? `${inputText(issue.input)} is less than ${issue.minimum}` : "it is empty" };
    case "too_big":
      return {
        path,
        message: issue.origin === "string" ? `it is longer than ${issue.maximum} characters` : `${inputText(issue.input)} is more than ${issue.maximum}`,
      };
    case "invalid_union":
      return { path, message: `${issue.message}, got ${inputText(issue.input)}` };
    default:
      return { path, message: issue.message };
  }
}

function inputText(input: unknown): string {
  if (typeof input === "object" && input !== null) return Array.isArray(input) ? "a list" : "an object";
  const text = typeof input === "string" ? JSON.stringify(input) : String(input);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
