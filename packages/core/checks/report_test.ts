import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { CheckStatus } from "../check.ts";
import { toMissingResult } from "./evaluate.ts";
import { parseCheckNotation } from "./notation.ts";
import { digestCheckSet, toReport } from "./report.ts";

const SPEC = parseCheckNotation("not_null(a)");
const AUDITED = { branchCommit: "b", targetCommit: "t", checkSet: "c" };

function reportOf(statuses: CheckStatus[], audited = AUDITED) {
  const error = { code: "x", message: "Cannot", hint: null };
  return toReport(statuses.map((status) => ({ ...toMissingResult(SPEC, { table: "ns.t", status: "error", error }), status })), audited);
}

Deno.test("toReport() takes the worst status as verdict, and blocks on what was not evaluated", () => {
  const verdicts: [CheckStatus[], string][] = [
    [[], "pass"],
    [["pass", "pass"], "pass"],
    [["pass", "warn"], "warn"],
    [["fail", "warn"], "fail"],
    [["pass", "error"], "fail"],
    [["not_evaluated"], "fail"],
  ];
  for (const [statuses, verdict] of verdicts) assertEquals(reportOf(statuses).verdict, verdict, statuses.join());
});

Deno.test("toReport() digests statuses, commits and check set", () => {
  const { digest } = reportOf(["pass", "warn"]);
  assertMatch(digest, /^[0-9a-f]{64}$/);
  assertEquals(reportOf(["pass", "warn"]).digest, digest);
  assertNotEquals(reportOf(["warn", "pass"]).digest, digest);
  for (const changed of ["branchCommit", "targetCommit", "checkSet"]) {
    assertNotEquals(reportOf(["pass", "warn"], { ...AUDITED, [changed]: "x" }).digest, digest, changed);
  }
});

Deno.test("digestCheckSet() depends on what is demanded of which table, and on nothing else", () => {
  const table = { namespace: "ns", name: "t" };
  const digest = digestCheckSet([{ table, checks: [SPEC] }]);
  const { name, kind, ...rest } = SPEC;
  assertEquals(digestCheckSet([{ table, checks: [{ ...rest, kind, name }], code: new Map([["x", () => true]]) }]), digest);
  assertNotEquals(digestCheckSet([{ table, checks: [{ ...SPEC, fail: { maxPct: 1 } }] }]), digest);
  assertNotEquals(digestCheckSet([{ table: { ...table, name: "u" }, checks: [SPEC] }]), digest);
});
