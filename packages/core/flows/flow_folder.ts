/**
 * A folder of flows.
 *
 * @module
 */
import { readdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { NotFoundError } from "../errors.ts";
import type { Flow } from "../flow.ts";
import { FLOW_FILE_ENDINGS, loadFlowFile } from "./flow_file.ts";

/** A file of a flow folder: its flow, or why it has none. */
export type FlowEntry = { path: string; flow: Flow; error: null } | { path: string; flow: null; error: Error };

/** Reads every flow file of a folder, sorted by file name; no folder, no flows. */
export async function listFlows(folder: string): Promise<FlowEntry[]> {
  return await Promise.all((await flowFiles(folder)).map(async (path): Promise<FlowEntry> => {
    try {
      return { path, flow: await loadFlowFile(path), error: null };
    } catch (error) {
      return { path, flow: null, error: error as Error };
    }
  }));
}

/**
 * Finds a flow by its name in a folder, or by the path of its file.
 *
 * @param nameOrPath A flow's name; or a path, told by its slash or ending.
 * @param options `folder` is where names are looked up.
 * @throws {NotFoundError} If there is none.
 * @throws {UsageError} If its file is not a flow.
 */
export async function findFlow(nameOrPath: string, { folder }: { folder: string }): Promise<Flow> {
  if (nameOrPath.includes("/") || FLOW_FILE_ENDINGS.includes(extname(nameOrPath))) return await loadFlowFile(nameOrPath);
  const flow = await findFlowByName(nameOrPath, { folder });
  if (flow) return flow;
  throw new NotFoundError(`Cannot find flow "${nameOrPath}": no file in "${folder}" defines it`, {
    code: "flow_not_found",
    hint: 'See the flows with "wap flows", or give the path of a flow file',
  });
}

/**
 * Finds a flow by its name, which is never read as a path: it may come from anywhere.
 *
 * @param name A flow's name.
 * @param options `folder` is where it is looked up.
 * @returns The flow, or null if no file of the folder defines it.
 * @throws {UsageError} If a file named like the flow is not a flow.
 */
export async function findFlowByName(name: string, { folder }: { folder: string }): Promise<Flow | null> {
  const files = await flowFiles(folder);
  // A file named like the flow is read first: the others need not even be sound.
  files.sort((a, b) => Number(stem(b) === name) - Number(stem(a) === name));
  for (const path of files) {
    const flow = await loadFlowFile(path).catch((error) => {
      if (stem(path) === name) throw error;
      return null;
    });
    if (flow?.spec.name === name) return flow;
  }
  return null;
}

async function flowFiles(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const names = await readdir(folder);
  return names.filter((name) => FLOW_FILE_ENDINGS.includes(extname(name)) && !name.endsWith(".d.ts") && !/[._]test\.[tj]s$/.test(name)).sort()
    .map((name) => join(folder, name));
}

function stem(path: string): string {
  return basename(path, extname(path));
}
