/**
 * A stand-in for `@std/assert`, which lives on JSR only: the same names and signatures over `node:assert`, whose diffs the messages carry.
 *
 * One difference, on the strict side: equality is Node's deep strict equality, which also tells `0` from `-0` and an object without a prototype from `{}`.
 * To use the original, point `@std/assert` in the root `deno.json` at `jsr:@std/assert@^1`.
 *
 * @module
 */
import nodeAssert from "node:assert/strict";
import { inspect, isDeepStrictEqual } from "node:util";

// deno-lint-ignore no-explicit-any -- a class is accepted whatever its constructor takes
type AnyClass<T> = abstract new (...args: any[]) => T;

/** Thrown when an assertion does not hold. */
export class AssertionError extends Error {
  /** Makes an assertion error. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** Asserts that a value is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Asserts that a value is falsy. */
export function assertFalse(expr: unknown, msg = ""): asserts expr is false | 0 | 0n | "" | null | undefined {
  if (expr) throw new AssertionError(msg);
}

/** Fails. */
export function fail(msg?: string): never {
  throw new AssertionError(withDetail("Failed assertion", msg));
}

/** Asserts that two values are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  restate(() => nodeAssert.deepStrictEqual(actual, expected), msg);
}

/** Asserts that two values are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  restate(() => nodeAssert.notDeepStrictEqual(actual, expected), msg);
}

/** Asserts that two values are the same by `Object.is`. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  restate(() => nodeAssert.strictEqual(actual, expected), msg);
}

/** Asserts that two values are not the same by `Object.is`. */
export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void {
  restate(() => nodeAssert.notStrictEqual(actual, expected), msg);
}

/** Asserts that a value is neither null nor undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) throw new AssertionError(withDetail(`Expected a value, got ${actual}`, msg));
}

/** Asserts that a value is an instance of a class. */
export function assertInstanceOf<T extends AnyClass<unknown>>(actual: unknown, expectedType: T, msg = ""): asserts actual is InstanceType<T> {
  if (!(actual instanceof expectedType)) throw new AssertionError(withDetail(`Expected a ${expectedType.name}, got ${inspect(actual)}`, msg));
}

/** Asserts that two numbers are close: within `tolerance`, by default one part in ten million of `expected`. */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void {
  if (Object.is(actual, expected)) return;
  const delta = Math.abs(expected - actual);
  const allowed = tolerance ?? (isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  if (!(delta <= allowed)) throw new AssertionError(withDetail(`Expected ${actual} to be within ${allowed} of ${expected}, it is ${delta} away`, msg));
}

/** Asserts that `actual` is greater than `expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) throw new AssertionError(withDetail(`Expected ${inspect(actual)} to be greater than ${inspect(expected)}`, msg));
}

/** Asserts that `actual` is greater than or equal to `expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) throw new AssertionError(withDetail(`Expected ${inspect(actual)} to be at least ${inspect(expected)}`, msg));
}

/** Asserts that `actual` is less than `expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) throw new AssertionError(withDetail(`Expected ${inspect(actual)} to be less than ${inspect(expected)}`, msg));
}

/** Asserts that `actual` is less than or equal to `expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) throw new AssertionError(withDetail(`Expected ${inspect(actual)} to be at most ${inspect(expected)}`, msg));
}

/** Asserts that a string matches a pattern. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  restate(() => nodeAssert.match(actual, expected), msg);
}

/** Asserts that a string does not match a pattern. */
export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void {
  restate(() => nodeAssert.doesNotMatch(actual, expected), msg);
}

/** Asserts that a string includes another. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (!actual.includes(expected)) throw new AssertionError(withDetail(`Expected ${inspect(actual)} to include ${inspect(expected)}`, msg));
}

/** Asserts that an array has every element of another, in whatever order, by deep equality. */
export function assertArrayIncludes<T>(actual: ArrayLike<T>, expected: ArrayLike<T>, msg?: string): void {
  const present = Array.from(actual);
  const missing = Array.from(expected).filter((wanted) => !present.some((value) => isDeepStrictEqual(value, wanted)));
  if (missing.length > 0) throw new AssertionError(withDetail(`Expected ${inspect(present)} to include ${inspect(missing)}`, msg));
}

/** Asserts that an object has, deeply, everything another has; of an array, its first elements are compared. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any -- an interface without an index signature is only accepted this way
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  assertEquals(restrict(actual, expected), restrict(expected, expected), msg);
}

/** Asserts that a value is an error of a class whose message includes, or matches, `msgMatches`. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: AnyClass<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  if (!(error instanceof Error)) throw new AssertionError(withDetail(`Expected an Error, got ${inspect(error)}`, msg));
  if (ErrorClass && !(error instanceof ErrorClass)) {
    throw new AssertionError(withDetail(`Expected a ${ErrorClass.name}, got ${inspect(error)}`, msg));
  }
  if (msgMatches === undefined) return;
  const holds = typeof msgMatches === "string" ? error.message.includes(msgMatches) : msgMatches.test(error.message);
  if (!holds) throw new AssertionError(withDetail(`Expected an error message with ${inspect(msgMatches)}, got ${inspect(error.message)}`, msg));
}

/** Asserts that a function throws, and returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Asserts that a function throws an error of a class whose message includes `msgIncludes`, and returns the error. */
export function assertThrows<E extends Error = Error>(fn: () => unknown, ErrorClass: AnyClass<E>, msgIncludes?: string, msg?: string): E;
export function assertThrows(fn: () => unknown, ...wanted: WantedError): unknown {
  try {
    fn();
  } catch (error) {
    return checkCaught(error, wanted);
  }
  throw new AssertionError(withDetail("Expected the function to throw", messageOf(wanted)));
}

/** Asserts that a promise is rejected, and returns what it was rejected with. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Asserts that a promise is rejected with an error of a class whose message includes `msgIncludes`, and returns the error. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: AnyClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(fn: () => PromiseLike<unknown>, ...wanted: WantedError): Promise<unknown> {
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch (error) {
    throw new AssertionError("Expected the function to return a promise that is rejected, it threw", { cause: error });
  }
  try {
    await promise;
  } catch (error) {
    return checkCaught(error, wanted);
  }
  throw new AssertionError(withDetail("Expected the promise to be rejected", messageOf(wanted)));
}

/** What may follow the function in `assertThrows()` and `assertRejects()`. */
type WantedError = [msg?: string] | [ErrorClass: AnyClass<Error>, msgIncludes?: string, msg?: string];

function checkCaught(error: unknown, wanted: WantedError): unknown {
  const [ErrorClass, msgIncludes, msg] = wanted;
  if (typeof ErrorClass === "function") assertIsError(error, ErrorClass, msgIncludes, msg);
  return error;
}

function messageOf([ErrorClassOrMsg, , msg]: WantedError): string | undefined {
  return typeof ErrorClassOrMsg === "string" ? ErrorClassOrMsg : msg;
}

function restate(assertion: () => void, msg: string | undefined): void {
  try {
    assertion();
  } catch (error) {
    throw new AssertionError(withDetail((error as Error).message, msg));
  }
}

function withDetail(finding: string, msg: string | undefined): string {
  return msg ? `${msg}: ${finding}` : finding;
}

function restrict(value: unknown, to: unknown): unknown {
  if (!hasParts(value) || !hasParts(to)) return value;
  if (Array.isArray(value)) return Array.isArray(to) ? value.slice(0, to.length).map((element, i) => restrict(element, to[i])) : value;
  const keys = Reflect.ownKeys(to).filter((key) => key in value);
  return Object.fromEntries(keys.map((key) => [key, restrict(value[key], to[key])]));
}

function hasParts(value: unknown): value is Record<PropertyKey, unknown> {
  const whole = value instanceof Date || value instanceof RegExp || value instanceof Map || value instanceof Set || ArrayBuffer.isView(value);
  return typeof value === "object" && value !== null && !whole;
}
