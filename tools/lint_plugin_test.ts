import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import plugin from "./lint_plugin.ts";

/** Lints a source as if it stood at a path of the workspace, and returns what one rule says, line by line: `2: message`. */
function lint(rule: string, path: string, source: string): string[] {
  const filename = new URL(`../${path}`, import.meta.url).pathname;
  return Deno.lint.runPlugin(plugin, filename, source)
    .filter((finding) => finding.id === `wap/${rule}`)
    .map((finding) => `${source.slice(0, finding.range[0]).split("\n").length}: ${finding.message}`);
}

/** The lines of a source that one rule finds fault with. */
function linesAtFault(rule: string, path: string, source: string): number[] {
  return lint(rule, path, source).map((finding) => Number.parseInt(finding));
}

Deno.test("import-direction lets members import those below them, by name", () => {
  const allowed: [string, string][] = [
    ["packages/lakehouse/merge.ts", "@wap/core"],
    ["packages/bauplan-client/lakehouse.ts", "@wap/core"],
    ["apps/bauplan-local/app.ts", "@wap/lakehouse"],
    ["apps/server/app.ts", "@wap/bauplan-client"],
    ["apps/cli/main.ts", "@wap/server"],
    ["apps/cli/main.ts", "@wap/core/testing"],
    ["tests/e2e/run_test.ts", "@wap/cli"],
    ["bench/list.ts", "@wap/core"],
    ["examples/flow.ts", "@wap/core"],
    ["packages/core/names_test.ts", "@wap/core"],
  ];
  for (const [path, name] of allowed) assertEquals(lint("import-direction", path, `import { a } from "${name}";`), [], path);
});

Deno.test("import-direction refuses to import upward, sideways, or a member it does not know", () => {
  const refused: [string, string][] = [
    ["packages/core/run.ts", "@wap/lakehouse"],
    ["packages/core/run.ts", "@wap/core"],
    ["packages/core/run_test.ts", "@wap/lakehouse"],
    ["packages/lakehouse/merge.ts", "@wap/bauplan-client"],
    ["packages/lakehouse/merge.ts", "@wap/tests"],
    ["apps/server/app.ts", "@wap/bauplan-local"],
    ["apps/server/app.ts", "@wap/cli/main.ts"],
    ["packages/newcomer/a.ts", "@wap/core"],
  ];
  for (const [path, name] of refused) assertEquals(linesAtFault("import-direction", path, `import { a } from "${name}";`), [1], `${path} ${name}`);
});

Deno.test("import-direction refuses a relative path into another member, in every form of import", () => {
  const source = `import { a } from "../core/names.ts";
import type { B } from "../core/names.ts";
export * from "../core/names.ts";
export { c } from "../core/names.ts";
const d = await import("../core/names.ts");
type E = import("../core/names.ts").TableName;
import { f } from "./merge.ts";
import { g } from "./catalog/heads.ts";
import { h } from "apache-arrow";`;
  assertEquals(linesAtFault("import-direction", "packages/lakehouse/a.ts", source), [1, 2, 3, 4, 5, 6]);
  assertEquals(linesAtFault("import-direction", "tests/e2e/a_test.ts", `import { a } from "../../packages/core/names.ts";`), [1]);
  assertEquals(linesAtFault("import-direction", "apps/cli/verbs/run.ts", `import { a } from "../../server/app.ts";`), [1]);
});

Deno.test("import-direction keeps the rooms of packages/core in order", () => {
  const rooms: [string, string, boolean][] = [
    ["names.ts", "./errors.ts", true],
    ["names.ts", "./engine/loop.ts", false],
    ["names.ts", "./checks/parse.ts", false],
    ["checks/parse.ts", "../check.ts", true],
    ["checks/parse.ts", "./tokens.ts", true],
    ["checks/sql/range.ts", "../parse.ts", true],
    ["checks/parse.ts", "../machine/machine.ts", false],
    ["machine/machine.ts", "../store/store.ts", false],
    ["store/store.ts", "../machine/machine.ts", true],
    ["store/store.ts", "../flows/parse.ts", false],
    ["flows/parse.ts", "../checks/parse.ts", true],
    ["flows/parse.ts", "../engine/loop.ts", false],
    ["store/store.ts", "../engine/loop.ts", false],
    ["engine/loop.ts", "../store/store.ts", true],
    ["engine/loop.ts", "../flow.ts", true],
    ["engine/loop.ts", "../mod.ts", false],
    ["engine/loop.ts", "../store/mod.ts", false],
    ["attic/old.ts", "../flow.ts", false],
    ["engine/loop.ts", "../attic/old.ts", false],
    ["mod.ts", "./engine/loop.ts", true],
    ["mod.ts", "./errors.ts", true],
    ["checks/parse_test.ts", "../engine/loop.ts", true],
  ];
  for (const [path, specifier, isAllowed] of rooms) {
    const lines = linesAtFault("import-direction", `packages/core/${path}`, `import { a } from "${specifier}";`);
    assertEquals(lines, isAllowed ? [] : [1], `${path} imports ${specifier}`);
  }
});

Deno.test("import-direction refuses mod.ts inside its own member, but for tests", () => {
  const source = `import { a } from "../mod.ts";`;
  assertEquals(linesAtFault("import-direction", "packages/lakehouse/catalog/heads.ts", source), [1]);
  assertEquals(linesAtFault("import-direction", "packages/lakehouse/catalog/heads_test.ts", source), []);
});

Deno.test("error-message refuses another beginning, a period at the end and contractions", () => {
  const source = `throw new UsageError("Cannot parse flag: no value");
throw new UsageError("Flag is wrong");
throw new UsageError("Cannot parse flag.");
throw new TypeError("Cannot parse flag: it's empty");
throw new TypeError("Cannot parse flag: value can't be read");
throw new TypeError(\`Cannot parse \${flag}: the run's branch is gone\`);
throw new TypeError(\`Parsing \${flag} went wrong\`);
throw new TypeError(\`Cannot parse \${flag}: doesn't fit \${type}\`);
throw new TypeError(\`Cannot parse \${flag}: see \${place}.\`);
throw new TypeError("Reading " + flag + " went wrong");
throw new TypeError("Cannot read " + flag + ": it is gone.");
throw new RangeError(isLow ? "Cannot go: too low" : "Value is too high");
const later = Promise.reject(new TerminalError("File is gone"));`;
  assertEquals(linesAtFault("error-message", "packages/core/a.ts", source), [2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13]);
});

Deno.test("error-message looks at super() in error classes", () => {
  const source = `class LostError extends WapError { constructor(id: string) { super(\`Cannot go on with run \${id}: lost\`, { code: "lost" }); } }
class GoneError extends WapError { constructor(id: string) { super(\`Run \${id} is gone\`, { code: "gone" }); } }
class Menu extends Widget { constructor() { super("A menu of things."); } }`;
  assertEquals(linesAtFault("error-message", "packages/core/a.ts", source), [2]);
});

Deno.test("error-message is silent where it cannot know, and in tests", () => {
  const unknown = `throw new UsageError(message);
throw new HeadMovedError("main", { expected, actual });
throw new AggregateError(errors, "Several");
throw new UsageError(\`\${what} is wrong\`);
throw new UsageError(describe(flag));
throw new UsageError();
throw error;
new Response("Not found.");`;
  assertEquals(lint("error-message", "packages/core/a.ts", unknown), []);
  assertEquals(lint("error-message", "packages/core/a_test.ts", `throw new UsageError("Flag is wrong.");`), []);
  assertEquals(lint("error-message", "tests/e2e/support.ts", `throw new UsageError("Flag is wrong.");`), []);
});

Deno.test("error-message names the contraction", () => {
  const [finding] = lint("error-message", "apps/cli/a.ts", `throw new UsageError("Cannot go: we’re late");`);
  assert(finding);
  assertStringIncludes(finding, "we’re");
});

Deno.test("bare-error refuses to throw Error itself in members", () => {
  const source = `throw new Error("Cannot go");
throw new UsageError("Cannot go");
const cause = new Error("Cannot go");`;
  assertEquals(linesAtFault("bare-error", "packages/core/a.ts", source), [1]);
  assertEquals(linesAtFault("bare-error", "packages/core/a_test.ts", source), []);
  assertEquals(linesAtFault("bare-error", "examples/flow.ts", source), []);
});

Deno.test("top-level-arrow refuses functions in constants at the top level only", () => {
  const source = `const a = () => 1;
export const b = async () => 1;
const c = function () {};
const d = [1].map((x) => x);
function e() { const f = () => 1; return f; }`;
  assertEquals(linesAtFault("top-level-arrow", "packages/core/a.ts", source), [1, 2, 3]);
});

Deno.test("private-field refuses the keyword private and fields among parameters", () => {
  const source = `class A {
  #a = 1;
  private b = 2;
  private c() {}
  constructor(private d: number) {}
  protected e = 3;
}
class B { private constructor() {} }`;
  assertEquals(linesAtFault("private-field", "packages/core/a.ts", source), [3, 4, 5]);
});

Deno.test("parameter-count refuses a fourth parameter in members", () => {
  const source = `function a(x: 1, y: 2, options = {}) {}
function b(x: 1, y: 2, z: 3, options = {}) {}
class C { d(x: 1, y: 2, z: 3, options = {}) {} }`;
  assertEquals(linesAtFault("parameter-count", "packages/core/a.ts", source), [2, 3]);
  assertEquals(linesAtFault("parameter-count", "tests/support/a.ts", source), []);
});

Deno.test("documented-export asks for a doc comment right before every exported declaration", () => {
  const source = `/** Documented. */
export function a(): void {}
export function b(): void {}
// Not a doc comment.
export const c = 1;
/** Of another thing. */
const d = 1;
export interface E {}
/** One way. */
export function f(x: 1): void;
/** Another way. */
export function f(x: 2): void;
export function f(x: unknown): void {}
export { d };
export * from "./g.ts";`;
  assertEquals(linesAtFault("documented-export", "packages/core/a.ts", source), [3, 5, 8]);
  assertEquals(linesAtFault("documented-export", "packages/core/a_test.ts", source), []);
});

Deno.test("size stops a function at 60 lines and a file at 400", () => {
  const body = (lines: number) => Array.from({ length: lines - 2 }, (_, i) => `  call(${i});`).join("\n");
  const sixty = `function a() {\n${body(60)}\n}\n`;
  assertEquals(linesAtFault("size", "packages/core/a.ts", sixty), []);
  const tooLong = `function a() {\n${body(61)}\n}\nclass B {\n  c() {\n${body(61)}\n  }\n}\nrun(() => {\n${body(61)}\n});\n`;
  assertEquals(linesAtFault("size", "packages/core/a.ts", tooLong), [1, 63, 125]);
  assertEquals(lint("size", "packages/core/a.ts", "a();\n".repeat(400)), []);
  assertEquals(lint("size", "packages/core/a.ts", "a();\n".repeat(401)), ["1: The file has 401 lines, the stop is 400"]);
});
