/**
 * The workspace as a graph: its source files and what each imports, read with the parser of `deno lint`, so it can be built in tests only.
 *
 * @module
 */
import { dirname, join, relative } from "node:path/posix";

/** One reference from a source file to a module. */
export interface Import {
  /** As written: `./names.ts`, `@wap/core`, `zod`. */
  specifier: string;
  /** The source file it leads to, from the workspace's root; null when it leads to a package or to data. */
  target: string | null;
}

/** The part of a `deno.json` that the architecture is about. */
export interface DenoConfig {
  /** The member's name. */
  name: string;
  /** What others may import: sub-path to file. */
  exports: Record<string, string>;
  /** What the member imports: name to specifier. */
  imports: Record<string, string>;
}

/** The workspace as far as the architecture is about it. */
export interface Workspace {
  /** Its absolute path. */
  root: string;
  /** Member folders, from the root, and their configurations. */
  members: Map<string, DenoConfig>;
  /** Source files, from the root, sorted, and what they import. */
  files: Map<string, Import[]>;
}

const SOURCE_REGEXP = /\.tsx?$/;
const NOT_SOURCE = ["node_modules", "coverage", "migrations"];

/**
 * Reads a workspace.
 *
 * @param root The absolute path of the folder with the root `deno.json`.
 * @returns Its members and source files.
 */
export async function readWorkspace(root: string): Promise<Workspace> {
  const { workspace } = JSON.parse(await Deno.readTextFile(join(root, "deno.json"))) as { workspace: string[] };
  const members = new Map<string, DenoConfig>();
  for (const folder of workspace.map((path) => join(path))) {
    const config = JSON.parse(await Deno.readTextFile(join(root, folder, "deno.json")));
    const exports = typeof config.exports === "string" ? { ".": config.exports } : config.exports ?? {};
    members.set(folder, { name: config.name, exports, imports: config.imports ?? {} });
  }
  const files = new Map<string, Import[]>();
  for (const path of (await listSources(root)).map((path) => relative(root, path)).sort()) {
    const specifiers = readSpecifiers(join(root, path), await Deno.readTextFile(join(root, path)));
    files.set(path, specifiers.map((specifier) => ({ specifier, target: resolve(specifier, { from: path, members }) })));
  }
  return { root, members, files };
}

/**
 * Groups of source files that import one another, types included.
 *
 * @param workspace The workspace.
 * @returns One list of files per group; a file that imports itself is a group too.
 */
export function findCycles({ files }: Workspace): string[][] {
  const reach = new Map([...files.keys()].map((file) => [file, findReachable(files, targetsOf(files, file))]));
  const groups = new Map<string, string[]>();
  for (const file of files.keys()) {
    const group = [...reach.get(file)!].filter((other) => reach.get(other)?.has(file)).sort();
    if (reach.get(file)!.has(file)) groups.set(group.join(), group);
  }
  return [...groups.values()];
}

/**
 * The source files that some files lead to, themselves included.
 *
 * @param files All files and what they import.
 * @param from Where to begin.
 * @returns The files reached.
 */
export function findReachable(files: Workspace["files"], from: Iterable<string>): Set<string> {
  const reached = new Set<string>();
  const waiting = [...from];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file) || !files.has(file)) continue;
    reached.add(file);
    waiting.push(...targetsOf(files, file));
  }
  return reached;
}

/** The member a path belongs to, or null. */
export function memberOf(path: string, members: Workspace["members"]): string | null {
  return [...members.keys()].find((folder) => path.startsWith(`${folder}/`)) ?? null;
}

function targetsOf(files: Workspace["files"], file: string): string[] {
  return (files.get(file) ?? []).flatMap(({ target }) => target ?? []);
}

async function listSources(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (name.startsWith(".") || NOT_SOURCE.includes(name)) continue;
    if (isDirectory) found.push(...await listSources(join(folder, name)));
    else if (SOURCE_REGEXP.test(name)) found.push(join(folder, name));
  }
  return found;
}

/** Every module a source names in an import, an export, or `new URL("…", import.meta.url)`, as a worker's or a process's entry is named. */
function readSpecifiers(path: string, source: string): string[] {
  const specifiers: string[] = [];
  function add(node: Deno.lint.Node | null | undefined): void {
    if (node?.type === "Literal" && typeof node.value === "string") specifiers.push(node.value);
  }
  const visitor: Deno.lint.LintVisitor = {
    ImportDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    "TSImportType Literal": add,
    "NewExpression[callee.name='URL']"(node: Deno.lint.NewExpression) {
      if (node.arguments[1]?.type === "MemberExpression") add(node.arguments[0]);
    },
  };
  Deno.lint.runPlugin({ name: "graph", rules: { imports: { create: () => visitor } } }, path, source);
  return specifiers;
}

function resolve(specifier: string, { from, members }: { from: string; members: Workspace["members"] }): string | null {
  if (specifier.startsWith(".")) return SOURCE_REGEXP.test(specifier) ? join(dirname(from), specifier) : null;
  for (const [folder, { name, exports }] of members) {
    if (specifier !== name && !specifier.startsWith(`${name}/`)) continue;
    const file = exports[`.${specifier.slice(name.length)}`];
    return file ? join(folder, file) : null;
  }
  return null;
}
