/**
 * Reading flows from YAML text. Loaded when there is a YAML file: a run by flags does not wait for the parser.
 *
 * @module
 */
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { UsageError } from "../errors.ts";
import type { Flow } from "../flow.ts";
import { parseFlow } from "./define_flow.ts";

/**
 * Reads a flow from YAML text; keys are in snake_case there.
 *
 * @throws {UsageError} If it is not a flow; the message names file, line, field and remedy.
 */
export function parseFlowYaml(text: string, source: string): Flow {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const fault = document.errors[0];
  if (fault) {
    throw new UsageError(`Cannot read flow file "${source}": ${fault.message.split("\n")[0]!.replace(/:$/, "")}`, {
      code: "invalid_flow",
      hint: "Mend the YAML",
    });
  }
  return parseFlow(camelKeys(document.toJS()), { source, spell: toSnakeCase, lineOf: (path) => lineOf(document, path.map(toSnakeCase), lines) });
}

/** Keys from snake_case to camelCase, except inside checks, whose vocabulary is the same everywhere. */
function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [toCamelCase(key), key === "checks" ? field : camelKeys(field)]));
}

function toCamelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function toSnakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The line of the deepest part of a path that is in the document. */
function lineOf(document: Document, path: string[], lines: LineCounter): number | null {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return null;
}
