import nodeAssert from "node:assert/strict";
import {
  assert,
  assertAlmostEquals,
  assertArrayIncludes,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertIsError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertNotMatch,
  assertNotStrictEquals,
  assertObjectMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
} from "@std/assert";

/** Runs an assertion that must not hold and returns what it says; checked with Node's own assertions, not with the ones under test. */
function refusal(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    nodeAssert.ok(error instanceof AssertionError, `threw ${error}`);
    return error.message;
  }
  return nodeAssert.fail("the assertion held");
}

/** The same for an assertion that answers with a promise. */
async function asyncRefusal(assertion: () => Promise<unknown>): Promise<string> {
  const outcome = await assertion().then(() => null, (error: unknown) => error);
  nodeAssert.ok(outcome instanceof AssertionError, `got ${outcome}`);
  return outcome.message;
}

Deno.test("assert() refuses what is falsy and narrows the type", () => {
  const value: string | undefined = ["a"].at(0);
  assert(value);
  nodeAssert.equal(value.length, 1);
  nodeAssert.equal(refusal(() => assert(0, "zero is nothing")), "zero is nothing");
});

Deno.test("assertFalse() refuses what is truthy", () => {
  assertFalse("");
  refusal(() => assertFalse("x"));
});

Deno.test("fail() always throws, with the message given", () => {
  nodeAssert.match(refusal(() => fail("not reached")), /not reached/);
});

Deno.test("assertEquals() compares deeply, by value and by type", () => {
  assertEquals({ a: [1, { b: new Map([["k", new Set([1n])]]) }], d: new Date(0) }, { a: [1, { b: new Map([["k", new Set([1n])]]) }], d: new Date(0) });
  assertEquals(NaN, NaN);
  assertEquals(new Uint8Array([1, 2]), new Uint8Array([1, 2]));
  refusal(() => assertEquals<unknown>([1n], [1]));
  refusal(() => assertEquals<unknown>({ a: undefined }, {}));
  refusal(() => assertEquals(new Date(0), new Date(1)));
});

Deno.test("assertEquals() shows the lines that differ, after the message given", () => {
  const message = refusal(() => assertEquals({ same: 1, rows: [1, 2] }, { same: 1, rows: [1, 3] }, "rows of main"));
  nodeAssert.match(message, /^rows of main: /);
  nodeAssert.match(message, /^\+ +2$/m);
  nodeAssert.match(message, /^- +3$/m);
  nodeAssert.match(message, /^ +same: 1,?$/m);
});

Deno.test("assertNotEquals() refuses deeply equal values", () => {
  assertNotEquals({ a: 1 }, { a: 2 });
  refusal(() => assertNotEquals({ a: 1 }, { a: 1 }));
});

Deno.test("assertStrictEquals() and assertNotStrictEquals() compare identity", () => {
  const value = { a: 1 };
  assertStrictEquals(value, value);
  assertNotStrictEquals(value, { a: 1 });
  refusal(() => assertStrictEquals(value, { a: 1 }));
  refusal(() => assertNotStrictEquals(value, value));
});

Deno.test("assertExists() refuses null and undefined only", () => {
  for (const value of [0, "", false, NaN]) assertExists(value);
  nodeAssert.match(refusal(() => assertExists(null, "the head")), /^the head: .*null/);
  refusal(() => assertExists(undefined));
});

Deno.test("assertInstanceOf() names the class it wanted", () => {
  const error: unknown = new RangeError("x");
  assertInstanceOf(error, Error);
  nodeAssert.equal(error.message, "x");
  nodeAssert.match(refusal(() => assertInstanceOf(new Error("x"), RangeError)), /RangeError/);
});

Deno.test("assertAlmostEquals() keeps to the tolerance", () => {
  assertAlmostEquals(0.1 + 0.2, 0.3);
  assertAlmostEquals(1.5, 1, 0.5);
  assertAlmostEquals(Infinity, Infinity);
  refusal(() => assertAlmostEquals(1.6, 1, 0.5));
  refusal(() => assertAlmostEquals(1, 1.001));
  refusal(() => assertAlmostEquals(NaN, 1));
});

Deno.test("assertGreater() and its kin order numbers and strings, and refuse NaN", () => {
  assertGreater(2, 1);
  assertGreaterOrEqual(1n, 1n);
  assertLess("a", "b");
  assertLessOrEqual(1, 1);
  refusal(() => assertGreater(1, 1));
  refusal(() => assertGreaterOrEqual(0, 1));
  refusal(() => assertLess(1, 1));
  refusal(() => assertLessOrEqual(NaN, 1));
});

Deno.test("assertMatch() and assertNotMatch() test a pattern", () => {
  assertMatch("run 12", /\d+/);
  assertNotMatch("run", /\d+/);
  nodeAssert.match(refusal(() => assertMatch("run", /\d+/)), /run/);
  refusal(() => assertNotMatch("run 12", /\d+/));
});

Deno.test("assertStringIncludes() and assertArrayIncludes() say what is missing", () => {
  assertStringIncludes("Cannot merge", "merge");
  assertArrayIncludes([{ a: 1 }, { a: 2 }], [{ a: 2 }]);
  nodeAssert.match(refusal(() => assertStringIncludes("Cannot merge", "branch")), /branch/);
  nodeAssert.match(refusal(() => assertArrayIncludes([1, 2], [2, 3])), /\[ 3 \]/);
});

Deno.test("assertObjectMatch() looks at the expected keys only, deeply", () => {
  const actual = { run: { id: "a", tables: [{ name: "t", rows: 3 }, { name: "u", rows: 4 }] }, at: new Date(0) };
  assertObjectMatch(actual, { run: { tables: [{ name: "t" }] }, at: new Date(0) });
  assertObjectMatch(new RangeError("x"), { message: "x" });
  nodeAssert.match(refusal(() => assertObjectMatch(actual, { run: { tables: [{ rows: 5 }] } })), /^- +rows: 5$/m);
  refusal(() => assertObjectMatch(actual, { run: { missing: undefined } }));
  refusal(() => assertObjectMatch(actual, { run: { tables: [{}, {}, {}] } }));
  refusal(() => assertObjectMatch(actual, { at: new Date(1) }));
});

Deno.test("assertIsError() tests class and message", () => {
  const error: unknown = new RangeError("Cannot go: too far");
  assertIsError(error, RangeError, "too far");
  assertIsError(error, Error, /^Cannot/);
  refusal(() => assertIsError("text"));
  refusal(() => assertIsError(error, TypeError));
  refusal(() => assertIsError(error, RangeError, "too near"));
});

Deno.test("assertThrows() returns the error, and refuses another class, another message or none", () => {
  const thrown = new RangeError("Cannot go: too far");
  nodeAssert.equal(
    assertThrows(
      () => {
        throw thrown;
      },
      RangeError,
      "too far",
    ),
    thrown,
  );
  refusal(() =>
    assertThrows(() => {
      throw thrown;
    }, TypeError)
  );
  refusal(() =>
    assertThrows(
      () => {
        throw thrown;
      },
      RangeError,
      "too near",
    )
  );
  nodeAssert.match(refusal(() => assertThrows(() => 1, "nothing happened")), /nothing happened/);
  nodeAssert.match(refusal(() => assertThrows(() => 1, RangeError, "far", "nothing happened")), /nothing happened/);
});

Deno.test("assertRejects() returns the error, and refuses another class, no rejection, or a throw before the promise", async () => {
  const thrown = new RangeError("Cannot go: too far");
  nodeAssert.equal(await assertRejects(() => Promise.reject(thrown), RangeError, "too far"), thrown);
  await asyncRefusal(() => assertRejects(() => Promise.reject(thrown), TypeError));
  nodeAssert.match(await asyncRefusal(() => assertRejects(() => Promise.resolve(1), "nothing happened")), /nothing happened/);
  const message = await asyncRefusal(() =>
    assertRejects(() => {
      throw thrown;
    }, RangeError)
  );
  nodeAssert.match(message, /threw/);
});
