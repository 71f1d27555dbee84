import { assertEquals, assertThrows } from "@std/assert";
import { check } from "../checks/build.ts";
import { UsageError } from "../errors.ts";
import { defineFlow } from "./define_flow.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { applyInput } from "./run_input.ts";

const { spec } = defineFlow({
  name: "trips",
  from: ["a.csv", "https://example.com/b.csv"],
  into: { namespace: "taxi", table: "trips" },
  checks: [check.notNull("id")],
});

Deno.test("applyInput() makes paths absolute from where the user stands, and leaves URLs as they are", () => {
  assertEquals(applyInput(spec, { cwd: "/data" }).tables[0]?.from, ["/data/a.csv", "https://example.com/b.csv"]);
  assertEquals(applyInput(spec, { cwd: "/data", from: ["../x/*.csv", "/abs.csv", "s3://b/k"] }).tables[0]?.from, ["/x/*.csv", "/abs.csv", "s3://b/k"]);
});

Deno.test("applyInput() lets every field of the input beat the flow's, and leaves the flow as it was", () => {
  const before = structuredClone(spec);
  const changed = applyInput(spec, { cwd: "/", namespace: "n", table: "t", mode: "replace", target: "staging", onFailure: "keep", approval: "always" });
  assertEquals(changed.tables[0]?.into, { namespace: "n", table: "t", mode: "replace" });
  assertEquals([changed.target, changed.onFailure, changed.approval], ["staging", "keep", "always"]);
  assertEquals(spec, before);
});

Deno.test("applyInput() adds checks to the flow's, under names that differ", () => {
  const names = applyInput(spec, { cwd: "/", checks: [check.notNull("id", { maxPct: 5 }), check.unique("id")] }).tables[0]!.checks.map((one) => one.name);
  assertEquals(new Set(names).size, 4);
});

Deno.test("applyInput() refuses names that are none, and one table's fields for a flow of several", () => {
  assertThrows(() => applyInput(spec, { cwd: "/", table: "x; drop table y" }), UsageError, 'Cannot use "x; drop table y" as table name');
  assertThrows(() => applyInput(spec, { cwd: "/", namespace: "a b" }), UsageError, "namespace");
  assertThrows(() => applyInput(spec, { cwd: "/", target: "a..b" }), UsageError, "branch name");
  const several = defineFlow({ name: "two", tables: [{ from: "a.csv", into: { table: "a" } }, { from: "b.csv", into: { table: "b" } }] });
  assertThrows(() => applyInput(several.spec, { cwd: "/", from: ["c.csv"] }), UsageError, "it has several tables");
});

Deno.test("fingerprintOf() changes with names of steps, checks and hooks, not with what they do", () => {
  const flow = (changes: object) => fingerprintOf(defineFlow({ name: "trips", into: { table: "t" }, checks: [check.notNull("id")], ...changes }).spec);
  assertEquals(flow({ onCommit: () => {} }), flow({ onCommit: () => console.log("other code") }));
  assertEquals(flow({ from: "a.csv" }), flow({ from: "b.csv" }));
  const differing = [
    flow({}),
    flow({ version: 2 }),
    flow({ onCommit: () => {} }),
    flow({ checks: [check.unique("id")] }),
    flow({ steps: [{ name: "s", run: () => {} }] }),
  ];
  assertEquals(new Set(differing).size, differing.length);
});

Deno.test("applyInput() refuses a URL with a password, and does not repeat it", () => {
  for (const from of ["https://ann:hunter2@example.com/a.csv", "s3://hunter2@bucket/a.csv"]) {
    const error = assertThrows(() => applyInput(spec, { cwd: "/", from: [from] }), UsageError, "has a password in it");
    assertEquals(`${error.message} ${error.hint}`.includes("hunter2"), false);
  }
});
