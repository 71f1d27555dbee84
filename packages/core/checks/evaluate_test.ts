import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { CheckResult, CheckSpec, CheckStatus } from "../check.ts";
import { expectedText, statusOf, toMissingResult, toResult } from "./evaluate.ts";
import type { Finding } from "./kind.ts";
import { parseCheckNotation } from "./notation.ts";

const RANK: Record<CheckStatus, number> = { pass: 0, warn: 1, fail: 2, error: 3, not_evaluated: 3 };

function found(failedRows: number, testedRows: number): Finding {
  return { failedRows, testedRows, metrics: {}, observed: "" };
}

function tolerating(levels: Pick<CheckSpec, "warn" | "fail">): CheckSpec {
  return { ...parseCheckNotation("not_null(a)"), fail: undefined, ...levels };
}

const counts = fc.tuple(fc.nat({ max: 10_000 }), fc.nat({ max: 10_000 })).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const threshold = fc.record({ maxCount: fc.nat({ max: 10_000 }), maxPct: fc.nat({ max: 1000 }).map((tenths) => tenths / 10) }, { requiredKeys: [] });
const levels = fc.record({ warn: threshold, fail: threshold }, { requiredKeys: [] });

Deno.test("statusOf() lets pass what is not more than tolerated, and blocks one row more", () => {
  fc.assert(fc.property(fc.nat({ max: 1000 }), (maxCount) => {
    assertEquals(statusOf(tolerating({ fail: { maxCount } }), found(maxCount, 10_000)), "pass");
    assertEquals(statusOf(tolerating({ fail: { maxCount } }), found(maxCount + 1, 10_000)), "fail");
  }));
});

Deno.test("statusOf() holds percentages as fractions, bounds included", () => {
  fc.assert(fc.property(counts, fc.nat({ max: 1000 }), ([failed, tested], tenths) => {
    const isMore = BigInt(failed) * 1000n > BigInt(tenths) * BigInt(tested);
    assertEquals(statusOf(tolerating({ fail: { maxPct: tenths / 10 } }), found(failed, tested)), isMore ? "fail" : "pass");
  }));
});

Deno.test("statusOf() gets no better when more rows violate", () => {
  fc.assert(fc.property(counts, levels, ([failed, tested], levels) => {
    fc.pre(failed < tested);
    const spec = tolerating(levels);
    assertEquals(RANK[statusOf(spec, found(failed + 1, tested))] >= RANK[statusOf(spec, found(failed, tested))], true);
  }));
});

Deno.test("statusOf() gets no worse when more is tolerated", () => {
  fc.assert(fc.property(counts, levels, threshold, ([failed, tested], levels, more) => {
    const looser = (limit: typeof levels.fail) =>
      limit && {
        ...(limit.maxCount !== undefined && { maxCount: limit.maxCount + (more.maxCount ?? 0) }),
        ...(limit.maxPct !== undefined && { maxPct: Math.min(100, limit.maxPct + (more.maxPct ?? 0)) }),
      };
    // An empty threshold tolerates nothing, so it is no stricter limit to loosen.
    fc.pre([levels.warn, levels.fail].every((limit) => limit === undefined || Object.keys(limit).length > 0));
    const strict = statusOf(tolerating(levels), found(failed, tested));
    const loose = statusOf(tolerating({ warn: looser(levels.warn), fail: looser(levels.fail) }), found(failed, tested));
    assertEquals(RANK[loose] <= RANK[strict], true);
  }));
});

Deno.test("statusOf() never warns or fails at a level that is absent, nor when nothing violates", () => {
  fc.assert(fc.property(counts, levels, ([failed, tested], levels) => {
    const status = statusOf(tolerating(levels), found(failed, tested));
    assertEquals(status === "pass" || levels[status as "warn" | "fail"] !== undefined, true);
    assertEquals(statusOf(tolerating(levels), found(0, tested)), "pass");
  }));
});

Deno.test("statusOf() asks only whether the demand is met where rows cannot be counted", () => {
  const finding = { failedRows: null, testedRows: 5, metrics: {}, observed: "5 rows" };
  assertEquals(statusOf(parseCheckNotation("row_count(9)"), { ...finding, met: false }), "fail");
  assertEquals(statusOf(parseCheckNotation("row_count(9, severity=warn)"), { ...finding, met: false }), "warn");
  assertEquals(statusOf(parseCheckNotation("row_count(1)"), { ...finding, met: true }), "pass");
});

Deno.test("toResult() and toMissingResult() give results of the same shape", () => {
  const spec = parseCheckNotation("not_null(a, severity=warn)");
  const finding = { failedRows: 1, testedRows: 2, metrics: { rows: 2 }, observed: "1 of 2 rows" };
  const common: Pick<CheckResult, "name" | "kind" | "table" | "columns" | "scope" | "severity" | "expected" | "sample"> = {
    name: "not_null(a)",
    kind: "not_null",
    table: "ns.t",
    columns: ["a"],
    scope: "delta",
    severity: "warn",
    expected: "no NULL in a",
    sample: [],
  };
  assertEquals(toResult(spec, { table: "ns.t", finding }), { ...common, status: "warn", ...finding, error: null });
  const error = { code: "x", message: "Cannot", hint: null };
  const missing = { failedRows: null, testedRows: null, metrics: {}, error };
  assertEquals(toMissingResult(spec, { table: "ns.t", status: "error", error }), { ...common, ...missing, status: "error", observed: "could not be run" });
  assertEquals(toMissingResult(spec, { table: "ns.t", status: "not_evaluated", error }), {
    ...common,
    ...missing,
    status: "not_evaluated",
    observed: "not evaluated",
  });
});

Deno.test("expectedText() says what is demanded, of which rows and with which exceptions", () => {
  const texts = {
    "not_null(a)": "no NULL in a",
    "not_null([a, b], max_pct=1.5)": "no NULL in a, b, except in at most 1.5 % of rows",
    "unique(id, max_excess=1)": "unique id, except in at most 1 row",
    "unique([a, b], nulls=distinct)": "unique a, b, each NULL distinct",
    "range(fare, min=0, strict_max=500)": "fare at least 0 and less than 500",
    "accepted_values(flag, [Y, 1, true], nulls=fail)": "flag one of 'Y', 1, true, not NULL",
    "row_count(1, 1000)": "1 to 1,000 rows",
    "row_count(max=9)": "at most 9 rows",
    'expression("a < b", where="c > 1", max_pct=1, max_count=1000)': "a < b where c > 1, except in at most 1,000 rows or 1 %",
    "not_null(a, warn.max_pct=1, fail.max_count=5)": "no NULL in a; more than 1 % of rows warns, more than 5 rows fails",
  };
  for (const [notation, text] of Object.entries(texts)) assertEquals(expectedText(parseCheckNotation(notation)), text);
});

Deno.test("expectedText() does not list every one of many values", () => {
  const values = Array.from({ length: 1200 }, (_, index) => index);
  const text = expectedText(parseCheckNotation(`accepted_values(a, [${values.join(", ")}])`));
  assertEquals(text, "a one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 1,190 more");
});
