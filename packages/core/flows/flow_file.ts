/**
 * Reading flow files: YAML, or TypeScript whose default export is a flow.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { NotFoundError, UsageError, WapError } from "../errors.ts";
import type { Flow } from "../flow.ts";
import { parseFlow } from "./define_flow.ts";

/** Endings of files that can hold a flow. */
export const FLOW_FILE_ENDINGS: readonly string[] = [".yaml", ".yml", ".ts", ".js"];

/**
 * Reads one flow file.
 *
 * @param path The file; its ending says how it is read.
 * @throws {NotFoundError} If it is not there.
 * @throws {UsageError} If it is not a flow; the message names file, field and remedy.
 */
export async function loadFlowFile(path: string): Promise<Flow> {
  const source = resolve(path);
  const ending = extname(source);
  if (!FLOW_FILE_ENDINGS.includes(ending)) {
    throw new UsageError(`Cannot read flow file "${path}": its ending is "${ending}"`, { code: "invalid_flow", hint: "Flows end in .yaml, .yml, .ts or .js" });
  }
  const text = await readText(source);
  return ending === ".ts" || ending === ".js" ? await importFlow(source) : parseFlowYaml(text, source);
}

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

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const missing = (error as { code?: string }).code === "ENOENT";
    throw new NotFoundError(`Cannot read flow file "${path}": ${missing ? "there is no such file" : (error as Error).message}`, {
      code: "flow_not_found",
      hint: 'See the flows with "wap flows"',
      cause: error,
    });
  }
}

async function importFlow(source: string): Promise<Flow> {
  let module: { default?: unknown };
  try {
    module = await import(pathToFileURL(source).href);
  } catch (error) {
    if (error instanceof WapError) throw error;
    throw new UsageError(`Cannot read flow file "${source}": ${(error as Error).message}`, { code: "invalid_flow", hint: "Mend the code", cause: error });
  }
  const flow = module.default as Partial<Flow> | undefined;
  if (flow?.spec && flow.code) return { ...flow as Flow, source };
  throw new UsageError(`Cannot read flow file "${source}": its default export is not a flow`, {
    code: "invalid_flow",
    hint: "Write: export default defineFlow({ ... })",
  });
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
