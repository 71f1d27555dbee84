/**
 * Reading flow files: YAML, or TypeScript whose default export is a flow.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { NotFoundError, UsageError, WapError } from "../errors.ts";
import type { Flow } from "../flow.ts";

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
  if (ending === ".ts" || ending === ".js") return await importFlow(source);
  const { parseFlowYaml } = await import("./flow_yaml.ts");
  return parseFlowYaml(text, source);
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
