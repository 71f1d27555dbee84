import { type Table, tableFromArrays } from "apache-arrow";
import { assertEquals, assertRejects } from "@std/assert";
import { type Measured, planScans, runScan, scanSql, type Wanted } from "./measure.ts";
import { parseCheckNotation } from "./notation.ts";
import { definitionOf } from "./registry.ts";
import { embedSql } from "./user_sql.ts";

const SOURCE = { relation: '"added"', from: '"added" as "t"', types: new Map([["a", "int"], ["b", "double"]]) };

function wantedBy(...checks: string[]): Wanted[] {
  return checks.map(parseCheckNotation).flatMap((spec, check) => {
    const source = { ...SOURCE, where: spec.where === undefined ? null : embedSql(spec.where) };
    return Object.entries(definitionOf(spec.kind).measure(spec, source)).map(([name, figure]) => ({ check, name, figure }));
  });
}

Deno.test("planScans() needs one query however many checks look at the same rows, with each expression once", () => {
  const scans = planScans(
    wantedBy("not_null(a)", "range(b, min=0)", "range(b, min=0, max=9)", "accepted_values(a, [1])", 'expression("a < b")', "row_count(1)"),
  );
  assertEquals(scans.map(scanSql), [
    'select count(*) as m0, count("a") as m1, count("b") as m2, ' +
    'count(*) filter (where not isnan("b") and ("b" < cast(0 as double))) as m3, count(*) filter (where isnan("b")) as m4, ' +
    'count(*) filter (where not isnan("b") and ("b" < cast(0 as double) or "b" > cast(9 as double))) as m5, ' +
    'count(*) filter (where "a" not in (1)) as m6, count(*) filter (where (a < b) is false) as m7, count(*) filter (where (a < b) is null) as m8 from "added" as "t"',
  ]);
});

Deno.test("planScans() groups once for each set of keys", () => {
  const groupings = planScans(wantedBy("unique(a)", "unique([a, b])", "unique(a, max_pct=1)", 'unique(a, where="b > 0")')).filter(({ from }) =>
    from.includes("group by")
  );
  assertEquals(groupings.map(({ wanted }) => new Set(wanted.map(({ check }) => check))), [new Set([0, 2]), new Set([1]), new Set([3])]);
});

/** Fails for queries with an expression of the name `bad…`, else answers with the number in each expression. */
function answering(log: string[]): (sql: string) => Promise<Table> {
  return (sql) => {
    log.push(sql);
    if (/bad\d/.test(sql)) return Promise.reject(new Error(`${sql.match(/bad\d/)![0]} is bad`));
    const expressions = sql.replace(/^select | from .*/g, "").split(", ").map((expression) => expression.split(" as ")) as [string, string][];
    return Promise.resolve(tableFromArrays(Object.fromEntries(expressions.map(([expression, alias]) => [alias, Int32Array.of(Number(expression.slice(1)))]))));
  };
}

function outcomes(measured: Measured[]): Record<string, unknown> {
  return Object.fromEntries(measured.map(({ check, column, error }) => [check, column?.get(0) ?? (error as Error).message]));
}

Deno.test("runScan() finds the checks at fault and measures all others", async () => {
  const expressions = ["x0", "x1", "bad2", "x3", "x4", "x5", "x6", "bad7"];
  const log: string[] = [];
  const wanted = expressions.map((select, check) => ({ check, name: "n", figure: { from: "t", select } }));
  const measured = await runScan({ from: "t", wanted }, answering(log), { onError: () => {} });
  assertEquals(outcomes(measured), { 0: 0, 1: 1, 2: "bad2 is bad", 3: 3, 4: 4, 5: 5, 6: 6, 7: "bad7 is bad" });
  assertEquals(log.length, 11);
});

Deno.test("runScan() runs one query when all is well", async () => {
  const log: string[] = [];
  const wanted = ["x4", "x2", "x4"].map((select, check) => ({ check, name: "n", figure: { from: "t", select } }));
  assertEquals(outcomes(await runScan({ from: "t", wanted }, answering(log), { onError: () => {} })), { 0: 4, 1: 2, 2: 4 });
  assertEquals(log, ["select x4 as m0, x2 as m1 from t"]);
});

Deno.test("runScan() passes on errors that are no check's fault", async () => {
  const log: string[] = [];
  const wanted = ["bad0", "x1"].map((select, check) => ({ check, name: "n", figure: { from: "t", select } }));
  const onError = () => {
    throw new Error("stopped");
  };
  await assertRejects(() => runScan({ from: "t", wanted }, answering(log), { onError }), Error, "stopped");
  assertEquals(log.length, 1);
});
