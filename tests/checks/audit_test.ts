import { assert, assertEquals, assertMatch, assertRejects, assertStrictEquals, assertStringIncludes } from "@std/assert";
import {
  type ArrowCheck,
  type AuditProgress,
  type AuditReport,
  check,
  type CheckResult,
  parseCheckNotation,
  type ReadableLakehouse,
  RetryableError,
} from "@wap/core";
import { intercept } from "../support/intercepted_lakehouse.ts";
import { AuditedTables, type TableRows } from "./audited_tables.ts";

const RIDES: TableRows = {
  before: "select id, fare::double as fare, flag from (values (1, 10, 'Y'), (2, 20, 'N')) as v(id, fare, flag)",
  added: "select id, fare::double as fare, flag from (values (2, 30, 'Y'), (3, -5, null), (4, 429490.2, 'X')) as v(id, fare, flag)",
};

function statuses({ checks }: AuditReport): Record<string, string> {
  return Object.fromEntries(checks.map(({ name, status }) => [name, status]));
}

Deno.test("runAudit() tests added rows or the whole table, as each check says", async () => {
  await using tables = await AuditedTables.open({ "dbos.rides": RIDES });
  const { checks } = await tables.audit("dbos.rides", [
    check.rowCount({ eq: 3 }),
    check.rowCount({ eq: 5, scope: "table" }),
    check.unique("id"),
    check.unique("id", { scope: "delta" }),
    check.sqlRows("select * from {table} where id = 1"),
    check.sqlRows("select * from {table} where id = 1", { scope: "table" }),
    check.arrow("id", async (batches) => ({ failedRows: await rowsIn(batches) })),
    check.arrow("id", async (batches) => ({ failedRows: await rowsIn(batches) }), { scope: "table" }),
  ]);
  assertEquals(checks.map(({ scope, status, failedRows }) => [scope, status, failedRows]), [
    ["delta", "pass", null],
    ["table", "pass", null],
    ["table", "fail", 1],
    ["delta", "pass", 0],
    ["delta", "pass", 0],
    ["table", "fail", 1],
    ["delta", "fail", 3],
    ["table", "fail", 5],
  ]);
});

async function rowsIn(batches: Parameters<ArrowCheck>[0]): Promise<number> {
  let rows = 0;
  for await (const batch of batches) rows += batch.numRows;
  return rows;
}

Deno.test("runAudit() reports in the order of the checks, with whole rows as sample", async () => {
  await using tables = await AuditedTables.open({ "dbos.rides": RIDES });
  const report = await tables.audit("dbos.rides", [check.range("fare", { max: 1000 }), check.notNull("flag", { severity: "warn" }), check.notNull("id")]);
  assertEquals(report.verdict, "fail");
  assertEquals(report.checks.map(({ name, status, sample }) => [name, status, sample]), [
    ["range(fare)", "fail", [{ id: 4, fare: 429490.2, flag: "X" }]],
    ["not_null(flag)", "warn", [{ id: 3, fare: -5, flag: null }]],
    ["not_null(id)", "pass", []],
  ]);
  assertEquals([report.branchCommit, report.targetCommit], [await tables.lakehouse.resolve("run"), await tables.lakehouse.resolve("main")]);
});

Deno.test("runAudit() blames only the check whose SQL is at fault", async () => {
  await using tables = await AuditedTables.open({ "dbos.rides": RIDES });
  const report = await tables.audit("dbos.rides", [
    check.notNull("id"),
    check.expression("no_such_column > 1"),
    check.expression("cast(flag as integer) > 1"),
    check.expression("fare"),
    check.expression("count(*) > 1"),
    check.range("fare", { min: -10, where: "no_such_function(id)" }),
    check.sqlRows("select * from {table} where"),
    check.sqlRows("select * from no_such_table"),
    check.expression("fare > -10"),
  ]);
  assertEquals(Object.values(statuses(report)), ["pass", "error", "error", "error", "error", "error", "error", "error", "pass"]);
  assertEquals(report.verdict, "fail");
  const messages = report.checks.map(({ error }) => error?.message ?? "");
  assertStringIncludes(messages[1]!, "no_such_column");
  assertStringIncludes(messages[2]!, "Could not convert");
  assertMatch(messages[3]!, /Cannot use expression as condition: its type is/);
  assertStringIncludes(messages[7]!, "no_such_table");
});

Deno.test("runAudit() does not evaluate checks of columns and tables that are not there, and blocks", async () => {
  await using tables = await AuditedTables.open({ "dbos.rides": RIDES });
  const report = await tables.audit("dbos.rides", [check.notNull("fares"), check.notNull("id")]);
  assertEquals(statuses(report), { "not_null(fares)": "not_evaluated", "not_null(id)": "pass" });
  assertEquals([report.verdict, report.checks[0]!.error?.code], ["fail", "unknown_column"]);

  await using empty = await AuditedTables.open({});
  const missing = await empty.audit("dbos.rides", [check.notNull("id"), check.arrow("id", () => true)]);
  assertEquals(missing.checks.map(({ status, error }) => [status, error?.code]), [["not_evaluated", "table_not_found"], ["not_evaluated", "table_not_found"]]);
});

const INJECTIONS = [
  "1) or (1",
  "true -- ",
  "true /* ",
  "true; drop table dbos.rides",
  "x) from dbos.rides; drop table dbos.rides; select (1",
  "'",
  '"',
  "$$",
  "\\' or 1 = 1",
];

Deno.test("runAudit() takes SQL in names of columns for names, and nothing more", async () => {
  const columns = INJECTIONS.map((name, index) => `case when id <> ${index} then 7 end as "${name.replaceAll('"', '""')}"`);
  await using tables = await AuditedTables.open({ "dbos.rides": { added: `select id, ${columns.join(", ")} from range(9) as v(id)` } });
  const { checks } = await tables.audit("dbos.rides", [
    ...INJECTIONS.map((name) => check.notNull(name)),
    ...INJECTIONS.map((name) => check.range(name, { min: 8, sample: 0 })),
    ...INJECTIONS.map((name) => check.acceptedValues(name, [7])),
    check.unique(INJECTIONS),
  ]);
  assertEquals(checks.map(({ failedRows }) => failedRows), [...INJECTIONS.map(() => 1), ...INJECTIONS.map(() => 8), ...INJECTIONS.map(() => 0), 0]);
  assertEquals(checks.slice(0, 9).map(({ sample }) => sample.map((row) => row.id)), [[0], [1], [2], [3], [4], [5], [6], [7], [8]]);
});

Deno.test("runAudit() takes SQL in values for text, and nothing more", async () => {
  const rows = INJECTIONS.map((text) => `('${text.replaceAll("'", "''")}')`);
  await using tables = await AuditedTables.open({ "dbos.rides": { added: `select * from (values ${rows.join(", ")}) as v(word)` } });
  const { checks } = await tables.audit("dbos.rides", [
    ...INJECTIONS.map((text) => check.acceptedValues("word", [text], { sample: 0 })),
    ...INJECTIONS.map((text) => check.range("word", { strictMin: text, sample: 0, name: text, reason: text })),
    check.acceptedValues("word", INJECTIONS),
  ]);
  const inOrder = INJECTIONS.toSorted();
  const upTo = INJECTIONS.map((text) => inOrder.indexOf(text) + 1);
  assertEquals(checks.map(({ failedRows }) => failedRows), [...INJECTIONS.map(() => 8), ...upTo, 0]);
});

Deno.test("runAudit() keeps a predicate from changing what other checks mean", async () => {
  await using tables = await AuditedTables.open({ "dbos.rides": RIDES });
  const honest = [check.notNull("flag"), check.unique("id", { sample: 0 }), check.range("fare", { min: 0 })];
  const predicates = ["true or true", "m0 > 0", '"wap_group_size" > 0', "(select true)", "true -- ) or (", "flag = ') or (' or true", "1 = 1 /* ) */"];
  const sly = predicates.flatMap((
    predicate,
  ) => [check.expression(predicate), check.notNull("id", { where: predicate }), check.unique("flag", { where: predicate })]);
  const [alone, together] = [await tables.audit("dbos.rides", honest), await tables.audit("dbos.rides", [...honest, ...sly])];
  assertEquals(together.checks.slice(0, honest.length), alone.checks);
});

Deno.test("runAudit() needs few queries for many checks", async () => {
  await using tables = await AuditedTables.open({ "dbos.rides": RIDES });
  const checks = ["id", "fare", "flag"].flatMap((
    column,
  ) => [check.notNull(column), check.acceptedValues(column, column === "flag" ? ["X", "Y"] : [1, 2, 3, 4, -5, 30, 429490.2])]);
  const statements: string[] = [];
  const lakehouse = beforeQueries(tables, (sql) => statements.push(sql));
  await tables.audit("dbos.rides", [...checks, check.range("fare", { min: -10 }), check.expression("id < 10"), check.rowCount({ min: 1 })], { lakehouse });
  // One that tries the predicate without data, one that measures, and the sample of the only check that fails.
  assertEquals(statements.length, 3, statements.join("\n"));
});

Deno.test("runAudit() keeps what a check found when its sample cannot be taken", async () => {
  await using tables = await AuditedTables.open({ "dbos.rides": RIDES });
  const lakehouse = beforeQueries(tables, (sql) => {
    if (sql.startsWith("select * from")) throw new Error("the disk is gone");
  });
  const { checks } = await tables.audit("dbos.rides", [check.notNull("flag")], { lakehouse });
  assertEquals(checks.map(({ status, failedRows, sample, error }) => [status, failedRows, sample, error?.message]), [["fail", 1, [], "the disk is gone"]]);
});

Deno.test("runAudit() shortens endless texts in samples", async () => {
  await using tables = await AuditedTables.open({
    "dbos.rides": { before: "select 1 as id, repeat('x', 5000) as note limit 0", added: "select 1 as id, repeat('x', 5000) as note" },
  });
  const { checks: [result] } = await tables.audit("dbos.rides", [check.range("id", { min: 2 })]);
  assertEquals(result!.sample, [{ id: 1, note: `${"x".repeat(1000)}… (5,000 characters)` }]);
});

Deno.test("runAudit() says how far it is", async () => {
  await using tables = await AuditedTables.open({ "dbos.rides": RIDES });
  const seen: AuditProgress[] = [];
  await tables.audit("dbos.rides", [check.notNull("id"), check.notNull("nope"), check.expression("nope")], { onProgress: (progress) => seen.push(progress) });
  assertEquals(seen, [{ done: 1, total: 3 }, { done: 2, total: 3 }, { done: 3, total: 3 }]);
});

Deno.test("runAudit() passes on errors that may be gone when tried again", async () => {
  await using tables = await AuditedTables.open({ "dbos.rides": RIDES });
  const busy = new RetryableError("Cannot reach the lakehouse: connection reset");
  const lakehouse = beforeQueries(tables, () => {
    throw busy;
  });
  assertStrictEquals(await assertRejects(() => tables.audit("dbos.rides", [check.notNull("id")], { lakehouse })), busy);
  const unscannable = intercept(tables.lakehouse, {
    before: (method) => {
      if (method === "scan") throw busy;
    },
  });
  const readsAll = check.arrow("id", async (batches) => ({ failedRows: await rowsIn(batches) }));
  assertStrictEquals(await assertRejects(() => tables.audit("dbos.rides", [readsAll], { lakehouse: unscannable })), busy);
});

Deno.test("runAudit() stops with the signal's reason between queries", async () => {
  await using tables = await AuditedTables.open({ "dbos.rides": RIDES });
  const stop = new AbortController();
  const reason = new Error("stopped");
  let queries = 0;
  const lakehouse = beforeQueries(tables, () => {
    if (++queries === 2) stop.abort(reason);
  });
  assertStrictEquals(
    await assertRejects(() => tables.audit("dbos.rides", [check.range("id", { min: 0 }), check.unique("id")], { lakehouse, signal: stop.signal })),
    reason,
  );
  assertEquals(queries, 2);
});

Deno.test("runAudit() reports what functions of Arrow checks answer, throw or lack", async () => {
  await using tables = await AuditedTables.open({ "dbos.rides": RIDES });
  const { spec } = check.arrow("flag", () => true, { name: "gone" });
  const report = await tables.audit("dbos.rides", [
    check.arrow("id", () => true),
    check.arrow("id", () => false),
    check.arrow("id", () => ({ failedRows: 1, observed: "one odd id", sample: [{ id: 3n }] }), { maxPct: 33.3 }),
    check.arrow("id", () => ({ failedRows: 1 }), { maxPct: 33.4 }),
    check.arrow("id", () => Promise.reject(new TypeError("fare is undefined"))),
    check.arrow("id", () => undefined as never),
    { spec },
    check.arrow("ids", () => true),
    check.notNull("id"),
  ]);
  const told = (result: CheckResult) => [result.status, result.failedRows, result.testedRows, result.error?.code ?? null];
  assertEquals(report.checks.map(told), [
    ["pass", 0, 3, null],
    ["fail", null, 3, null],
    ["fail", 1, 3, null],
    ["pass", 1, 3, null],
    ["error", null, null, "check_threw"],
    ["error", null, null, "invalid_verdict"],
    ["error", null, null, "missing_code"],
    ["not_evaluated", null, null, "unknown_column"],
    ["pass", 0, 3, null],
  ]);
  assertEquals([report.checks[2]!.observed, report.checks[2]!.sample], ["one odd id", [{ id: 3 }]]);
  assertStringIncludes(report.checks[4]!.error!.message, "fare is undefined");
});

Deno.test("runAudit() is not held up by a function that ignores that it is stopped", async () => {
  await using tables = await AuditedTables.open({ "dbos.rides": RIDES });
  const stop = new AbortController();
  const reason = new Error("stopped");
  const stubborn = check.arrow("id", () => {
    queueMicrotask(() => stop.abort(reason));
    return new Promise<never>(() => {});
  });
  assertStrictEquals(await assertRejects(() => tables.audit("dbos.rides", [stubborn, check.notNull("id")], { signal: stop.signal })), reason);
});

Deno.test("runAudit() gives the same digest for the same findings", async () => {
  await using tables = await AuditedTables.open({ "dbos.rides": RIDES });
  const checks = [check.notNull("flag"), { spec: parseCheckNotation("row_count(1)") }];
  const [first, second] = [await tables.audit("dbos.rides", checks), await tables.audit("dbos.rides", checks)];
  assert(first.digest === second.digest && first.checkSet === second.checkSet);
});

/** The same lakehouse, with something done before every query. */
function beforeQueries(tables: AuditedTables, before: (sql: string) => void): ReadableLakehouse {
  return intercept(tables.lakehouse, {
    before: (method, args) => {
      if (method === "query") before(args[0] as string);
    },
  });
}
