/**
 * A stand-in for `@std/testing/bdd`, which lives on JSR only: `describe()`, `it()` and the four hooks over `Deno.test` and its steps, so that
 * Deno's sanitizers watch every outermost group and case.
 *
 * It takes the forms `(name, fn)` and `(name, options, fn)` of the original; hooks belong inside a `describe()`, and there is no shared `this`.
 * To use the original, point `@std/testing/bdd` in the root `deno.json` at `jsr:@std/testing@^1/bdd`.
 *
 * @module
 */

/** What a hook runs. */
export type HookFunction = () => void | Promise<void>;
/** What a case runs. */
export type CaseFunction = (t: Deno.TestContext) => void | Promise<void>;

/** Options of a case or a suite. */
export interface ItOptions {
  /** Leave it out. */
  ignore?: boolean;
  /** Leave out everything that does not say so too. */
  only?: boolean;
  /** Check that it leaves no asynchronous operation running. */
  sanitizeOps?: boolean;
  /** Check that it leaves no resource open. */
  sanitizeResources?: boolean;
  /** Check that it does not end the process. */
  sanitizeExit?: boolean;
}

/** The arguments of `it()`. */
export type ItArgs = [name: string, fn: CaseFunction] | [name: string, options: ItOptions, fn: CaseFunction];
/** The arguments of `describe()`. */
export type DescribeArgs = [name: string, fn: () => void] | [name: string, options: ItOptions, fn: () => void];

type HookName = "beforeAll" | "afterAll" | "beforeEach" | "afterEach";

interface Case {
  name: string;
  options: ItOptions;
  fn: CaseFunction;
}

interface Suite {
  name: string;
  options: ItOptions;
  parent: Suite | null;
  children: (Suite | Case)[];
  hooks: Record<HookName, HookFunction[]>;
}

let current: Suite | null = null;

/** Registers a group of cases. */
export function describe(...args: DescribeArgs): void {
  const { name, options, fn } = readArgs(args);
  const suite: Suite = { name, options, parent: current, children: [], hooks: { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] } };
  current = suite;
  try {
    fn();
  } finally {
    current = suite.parent;
  }
  if (suite.parent) suite.parent.children.push(suite);
  else Deno.test({ ...options, name, only: isFocused(suite), fn: (t) => runSuite(suite, t) });
}

/** Registers a case. */
export function it(...args: ItArgs): void {
  const { name, options, fn } = readArgs(args);
  if (current) current.children.push({ name, options, fn });
  else Deno.test({ ...options, name, fn });
}

/** Registers a group, and leaves out everything outside it. */
describe.only = function describeOnly(...args: DescribeArgs): void {
  describe(...withOptions(args, { only: true }));
};
/** Registers a group without running it. */
describe.ignore = function describeIgnore(...args: DescribeArgs): void {
  describe(...withOptions(args, { ignore: true }));
};
/** Registers a group without running it. */
describe.skip = describe.ignore;

/** Registers a case, and leaves out every other. */
it.only = function itOnly(...args: ItArgs): void {
  it(...withOptions(args, { only: true }));
};
/** Registers a case without running it. */
it.ignore = function itIgnore(...args: ItArgs): void {
  it(...withOptions(args, { ignore: true }));
};
/** Registers a case without running it. */
it.skip = it.ignore;

/** Runs before the first case of the group. */
export function beforeAll(fn: HookFunction): void {
  addHook("beforeAll", fn);
}

/** Runs after the last case of the group, whatever happened. */
export function afterAll(fn: HookFunction): void {
  addHook("afterAll", fn);
}

/** Runs before every case of the group, those of its inner groups included. */
export function beforeEach(fn: HookFunction): void {
  addHook("beforeEach", fn);
}

/** Runs after every case of the group, those of its inner groups included, whatever happened. */
export function afterEach(fn: HookFunction): void {
  addHook("afterEach", fn);
}

function addHook(name: HookName, fn: HookFunction): void {
  if (!current) throw new TypeError(`Cannot register ${name}(): it stands outside describe()`);
  current.hooks[name].push(fn);
}

function readArgs<F>(args: [string, F] | [string, ItOptions, F]): { name: string; options: ItOptions; fn: F } {
  return args.length === 2 ? { name: args[0], options: {}, fn: args[1] } : { name: args[0], options: args[1], fn: args[2] };
}

function withOptions<F>(args: [string, F] | [string, ItOptions, F], more: ItOptions): [string, ItOptions, F] {
  const { name, options, fn } = readArgs(args);
  return [name, { ...options, ...more }, fn];
}

function isFocused(node: Suite | Case): boolean {
  return node.options.only === true || ("children" in node && node.children.some(isFocused));
}

async function runSuite(suite: Suite, t: Deno.TestContext): Promise<void> {
  const focused = suite.children.filter(isFocused);
  await runEach([
    async () => {
      for (const hook of suite.hooks.beforeAll) await hook();
      for (const child of focused.length > 0 ? focused : suite.children) await runChild(child, suite, t);
    },
    ...suite.hooks.afterAll,
  ]);
}

async function runChild(child: Suite | Case, suite: Suite, t: Deno.TestContext): Promise<void> {
  const { only: _, ...options } = child.options;
  await t.step({ ...options, name: child.name, fn: (step) => ("children" in child ? runSuite(child, step) : runCase(child, suite, step)) });
}

async function runCase(testCase: Case, suite: Suite, t: Deno.TestContext): Promise<void> {
  const chain: Suite[] = [];
  for (let node: Suite | null = suite; node; node = node.parent) chain.push(node);
  await runEach([
    async () => {
      for (const hook of chain.toReversed().flatMap((node) => node.hooks.beforeEach)) await hook();
      await testCase.fn(t);
    },
    ...chain.flatMap((node) => node.hooks.afterEach),
  ]);
}

/** Runs every function, whatever the ones before it threw, then throws what was thrown. */
async function runEach(functions: HookFunction[]): Promise<void> {
  const errors: unknown[] = [];
  for (const fn of functions) {
    try {
      await fn();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 1) throw new AggregateError(errors, "The test and its hooks failed more than once");
  if (errors.length === 1) throw errors[0];
}
