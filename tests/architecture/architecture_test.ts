import { assertEquals } from "@std/assert";
import { basename, join } from "node:path/posix";
import { findCycles, findReachable, memberOf, readWorkspace } from "./source_graph.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const TEST_REGEXP = /_test\.tsx?$/;
/** Helpers of a member's own tests, which nothing that is shipped imports. */
const TEST_HELPER_REGEXP = /(?:^|[/_])testing(?:\.tsx?$|\/)/;

const workspace = await readWorkspace(ROOT);
const rootConfigText = await Deno.readTextFile(join(ROOT, "deno.json"));
const rootImports = (JSON.parse(rootConfigText).imports ?? {}) as Record<string, string>;
const files = [...workspace.files.keys()];

/**
 * The files that something other than an import starts from: what members export, what the root `deno.json` names, examples, programs that a person starts
 * (they ask for `import.meta.main`), and programs that a test or a benchmark starts by their path.
 */
function listEntries(): string[] {
  const exported = [...workspace.members].flatMap(([folder, { exports }]) => Object.values(exports).map((file) => join(folder, file)));
  const named = [...rootConfigText.matchAll(/[\w./-]+\.tsx?\b/g)].map(([path]) => join(path));
  const texts = new Map(files.map((file) => [file, Deno.readTextFileSync(join(ROOT, file))]));
  const isStarted = (file: string) => [...texts].some(([other, text]) => other !== file && /^(?:bench|tests)\//.test(other) && text.includes(`"${file}"`));
  const started = files.filter((file) => file.startsWith("examples/") || texts.get(file)!.includes("import.meta.main") || isStarted(file));
  return [...exported, ...named, ...started];
}

/** The name a bare specifier is declared under: `drizzle-orm` for `drizzle-orm/sqlite-core`. */
function declaredName(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

/** The packages a member's files import, by declared name. */
function listUsedPackages(folder: string): Set<string> {
  const specifiers = files.filter((file) => memberOf(file, workspace.members) === folder)
    .flatMap((file) => workspace.files.get(file)!.map(({ specifier }) => specifier))
    .filter((specifier) => !/^(?:\.|\/|node:|@wap\/)/.test(specifier) && !(specifier in rootImports));
  return new Set(specifiers.map(declaredName));
}

Deno.test("the sources have no import cycle, types included", () => {
  assertEquals(findCycles(workspace), []);
});

Deno.test("every relative import leads to a source file", () => {
  const broken = [...workspace.files].flatMap(([file, imports]) =>
    imports.filter(({ target }) => target !== null && !workspace.files.has(target)).map(({ specifier }) => `${file} imports ${specifier}`)
  );
  assertEquals(broken, []);
});

Deno.test("every file that is shipped is reached from an entry, and every other from an entry or a test", () => {
  const shipped = findReachable(workspace.files, listEntries());
  const tested = findReachable(workspace.files, [...listEntries(), ...files.filter((file) => TEST_REGEXP.test(file))]);
  const dead = files.filter((file) => {
    const mayServeTests = !/^(?:packages|apps)\//.test(file) || TEST_REGEXP.test(file) || TEST_HELPER_REGEXP.test(file);
    return !(mayServeTests ? tested : shipped).has(file);
  });
  assertEquals(dead, []);
});

Deno.test("every file is named in snake_case after one idea", () => {
  const misnamed = files.filter((file) =>
    !/^[a-z][a-z0-9_]*(?:\.config|\.d)?\.tsx?$/.test(basename(file)) || /^(?:index|utils?|helpers?|misc|common)\./.test(basename(file))
  );
  assertEquals(misnamed, []);
});

Deno.test("every member declares what it imports, and nothing else", () => {
  for (const [folder, { imports }] of workspace.members) {
    const used = listUsedPackages(folder);
    const declared = new Set(Object.keys(imports).map(declaredName));
    assertEquals([...used].filter((name) => !declared.has(name)), [], `imported but not declared in ${folder}/deno.json`);
    const idle = [...declared].filter((name) => !used.has(name) && !used.has(name.replace(/^@types\//, "")));
    assertEquals(idle, [], `declared but not imported in ${folder}`);
  }
});

Deno.test("every dependency has one exact version in all members", () => {
  const versions = new Map<string, Set<string>>();
  for (const { imports } of workspace.members.values()) {
    for (const specifier of Object.values(imports)) {
      const [, name, version] = specifier.match(/^npm:\/?((?:@[^/]+\/)?[^@/]+)@([^/]+)\/?$/) ?? [null, specifier, "not an npm package with a version"];
      versions.set(name!, (versions.get(name!) ?? new Set()).add(version!));
    }
  }
  const unclear = [...versions].filter(([, found]) => found.size > 1 || ![...found].every((version) => /^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)));
  assertEquals(unclear, []);
});
