import { assert, assertEquals, assertMatch, assertRejects, assertStrictEquals, assertStringIncludes } from "@std/assert";
import {
  type ArrowCheck,
  type AuditProgress,
  type AuditReport,
  type Check,
  check,
  type CheckResult,
  nameChecks,
  parseCheckNotation,
  type ReadableLakehouse,
  RetryableError,
  runAudit,
} from "@wap/core";
import { DuckDBTables, type TableRows } from "./duckdb_tables.ts";

const RIDES: TableRows = {
  before: "select * from (values (1, 10.0, 'Y'), (2, 20.0, 'N')) as v(id, fare, flag)",
  added: "select * from (values (2, 30.0, 'Y'), (3, -5.0, null), (4, 429490.2, 'X')) as v(id, fare, flag)",
};

interface AuditOptions {
  signal?: AbortSignal;
  onProgress?: (progress: AuditProgress) => void;
}

function audit(lakehouse: ReadableLakehouse, checks: Check[], options: AuditOptions = {}): Promise<AuditReport> {
  const named = nameChecks(checks);
  const code = new Map<string, ArrowCheck>(named.flatMap(({ spec, run }) => (run === undefined ? [] : [[spec.name, run]])));
  const tables = [{ table: { namespace: "dbos", name: "rides" }, checks: named.map(({ spec }) => spec), code }];
  return runAudit(lakehouse, { ref: "run@b", branchCommit: "b", targetCommit: "t", since: "s", tables, ...options });
}

function statuses({ checks }: AuditReport): Record<string, string> {
  return Object.fromEntries(checks.map(({ name, status }) => [name, status]));
}

Deno.test("runAudit() tests added rows or the whole table, as each check says", async () => {
  using lakehouse = await DuckDBTables.open({ "dbos.rides": RIDES });
  const { checks } = await audit(lakehouse, [
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
  using lakehouse = await DuckDBTables.open({ "dbos.rides": RIDES });
  const report = await audit(lakehouse, [check.range("fare", { max: 1000 }), check.notNull("flag", { severity: "warn" }), check.notNull("id")]);
  assertEquals(report.verdict, "fail");
  assertEquals(report.checks.map(({ name, status, sample }) => [name, status, sample]), [
    ["range(fare)", "fail", [{ id: 4, fare: "429490.2", flag: "X" }]],
    ["not_null(flag)", "warn", [{ id: 3, fare: "-5.0", flag: null }]],
    ["not_null(id)", "pass", []],
  ]);
  assertEquals([report.branchCommit, report.targetCommit], ["b", "t"]);
});

Deno.test("runAudit() blames only the check whose SQL is at fault", async () => {
  using lakehouse = await DuckDBTables.open({ "dbos.rides": RIDES });
  const report = await audit(lakehouse, [
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
  using lakehouse = await DuckDBTables.open({ "dbos.rides": RIDES });
  const report = await audit(lakehouse, [check.notNull("fares"), check.notNull("id")]);
  assertEquals(statuses(report), { "not_null(fares)": "not_evaluated", "not_null(id)": "pass" });
  assertEquals([report.verdict, report.checks[0]!.error?.code], ["fail", "unknown_column"]);

  using empty = await DuckDBTables.open({});
  const missing = await audit(empty, [check.notNull("id"), check.arrow("id", () => true)]);
  assertEquals(missing.checks.map(({ status, error }) => [status, error?.code]), [["not_evaluated", "table_not_found"], ["not_evaluated", "table_not_found"]]);
});

const INJECTIONS = [
  "1) or (1",
  "true -- ",
  "true /* ",
  "true; drop table dbos.rides",
  "true) from dbos.rides; drop table dbos.rides; select (1",
  "'",
  '"',
  "$$",
  "\\' or 1 = 1",
];

for (const injection of INJECTIONS) {
  Deno.test(`runAudit() takes ${JSON.stringify(injection)} for a name, a value or text, and nothing more`, async () => {
    const name = injection.replaceAll('"', '""');
    const text = injection.replaceAll("'", "''");
    const rows = `select 7 as "${name}", '${text}' as word`;
    using lakehouse = await DuckDBTables.open({ "dbos.rides": { before: `${rows} limit 0`, added: `${rows} union all select null, 'other'` } });
    const report = await audit(lakehouse, [
      check.notNull(injection),
      check.unique(injection),
      check.unique([injection, "word"]),
      check.range(injection, { min: 8 }),
      check.acceptedValues(injection, [7]),
      check.acceptedValues("word", [injection]),
      check.range("word", { min: injection, max: injection }),
      check.notNull("word", { name: injection, reason: injection }),
    ]);
    assertEquals(report.checks.map(({ status, failedRows }) => [status, failedRows]), [
      ["fail", 1],
      ["pass", 0],
      ["pass", 0],
      ["fail", 1],
      ["pass", 0],
      ["fail", 1],
      ["fail", 1],
      ["pass", 0],
    ]);
    assertEquals(report.checks[5]!.sample, [{ [injection]: null, word: "other" }]);
  });
}

Deno.test("runAudit() keeps a predicate from changing what other checks mean", async () => {
  using lakehouse = await DuckDBTables.open({ "dbos.rides": RIDES });
  const predicates = ["true or true", "m0 > 0", '"wap_group_size" > 0', "(select true)", "true -- ) or (", "flag = ') or (' or true", "1 = 1 /* ) */"];
  const honest = [check.notNull("flag"), check.unique("id"), check.range("fare", { min: 0 })];
  const expected = (await audit(lakehouse, honest)).checks.map(({ failedRows, testedRows }) => [failedRows, testedRows]);
  for (const predicate of predicates) {
    const { checks } = await audit(lakehouse, [
      ...honest,
      check.expression(predicate),
      check.notNull("id", { where: predicate }),
      check.unique("flag", { where: predicate }),
    ]);
    assertEquals(checks.slice(0, honest.length).map(({ failedRows, testedRows }) => [failedRows, testedRows]), expected, predicate);
  }
});

Deno.test("runAudit() needs few queries for many checks", async () => {
  using lakehouse = await DuckDBTables.open({ "dbos.rides": RIDES });
  const checks = ["id", "fare", "flag"].flatMap((
    column,
  ) => [check.notNull(column), check.acceptedValues(column, column === "flag" ? ["X", "Y"] : [1, 2, 3, 4, -5, 30, 429490.2])]);
  await audit(lakehouse, [...checks, check.range("fare", { min: -10 }), check.expression("id < 10"), check.rowCount({ min: 1 })]);
  assertEquals(lakehouse.statements.length, 4, lakehouse.statements.join("\n"));
});

Deno.test("runAudit() keeps what a check found when its sample cannot be taken", async () => {
  using tables = await DuckDBTables.open({ "dbos.rides": RIDES });
  const lakehouse = intercept(tables, (sql) => {
    if (sql.startsWith("select * from")) throw new Error("the disk is gone");
  });
  const { checks } = await audit(lakehouse, [check.notNull("flag")]);
  assertEquals(checks.map(({ status, failedRows, sample, error }) => [status, failedRows, sample, error?.message]), [["fail", 1, [], "the disk is gone"]]);
});

Deno.test("runAudit() shortens endless texts in samples", async () => {
  using lakehouse = await DuckDBTables.open({
    "dbos.rides": { before: "select 1 as id, repeat('x', 5000) as note limit 0", added: "select 1 as id, repeat('x', 5000) as note" },
  });
  const { checks: [result] } = await audit(lakehouse, [check.range("id", { min: 2 })]);
  assertEquals(result!.sample, [{ id: 1, note: `${"x".repeat(1000)}… (5,000 characters)` }]);
});

Deno.test("runAudit() says how far it is", async () => {
  using lakehouse = await DuckDBTables.open({ "dbos.rides": RIDES });
  const seen: AuditProgress[] = [];
  await audit(lakehouse, [check.notNull("id"), check.notNull("nope"), check.expression("nope")], { onProgress: (progress) => seen.push(progress) });
  assertEquals(seen, [{ done: 1, total: 3 }, { done: 2, total: 3 }, { done: 3, total: 3 }]);
});

Deno.test("runAudit() passes on errors that may be gone when tried again", async () => {
  using tables = await DuckDBTables.open({ "dbos.rides": RIDES });
  const busy = new RetryableError("Cannot reach the lakehouse: connection reset");
  const lakehouse = intercept(tables, () => {
    throw busy;
  });
  assertStrictEquals(await assertRejects(() => audit(lakehouse, [check.notNull("id")])), busy);
  const scanning = { ...intercept(tables, () => {}), scan: () => failing(busy) };
  const readsAll = check.arrow("id", async (batches) => ({ failedRows: await rowsIn(batches) }));
  assertStrictEquals(await assertRejects(() => audit(scanning, [readsAll])), busy);
});

Deno.test("runAudit() stops with the signal's reason between queries", async () => {
  using tables = await DuckDBTables.open({ "dbos.rides": RIDES });
  const stop = new AbortController();
  const reason = new Error("stopped");
  let queries = 0;
  const lakehouse = intercept(tables, () => {
    if (++queries === 2) stop.abort(reason);
  });
  assertStrictEquals(await assertRejects(() => audit(lakehouse, [check.range("id", { min: 0 }), check.unique("id")], { signal: stop.signal })), reason);
  assertEquals(queries, 2);
});

Deno.test("runAudit() reports what functions of Arrow checks answer, throw or lack", async () => {
  using lakehouse = await DuckDBTables.open({ "dbos.rides": RIDES });
  const { spec } = check.arrow("flag", () => true, { name: "gone" });
  const report = await audit(lakehouse, [
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
  using lakehouse = await DuckDBTables.open({ "dbos.rides": RIDES });
  const stop = new AbortController();
  const reason = new Error("stopped");
  const stubborn = check.arrow("id", () => {
    queueMicrotask(() => stop.abort(reason));
    return new Promise<never>(() => {});
  });
  assertStrictEquals(await assertRejects(() => audit(lakehouse, [stubborn, check.notNull("id")], { signal: stop.signal })), reason);
});

Deno.test("runAudit() gives the same digest for the same findings", async () => {
  using lakehouse = await DuckDBTables.open({ "dbos.rides": RIDES });
  const checks = [check.notNull("flag"), { spec: parseCheckNotation("row_count(1)") }];
  const [first, second] = [await audit(lakehouse, checks), await audit(lakehouse, checks)];
  assert(first.digest === second.digest && first.checkSet === second.checkSet);
});

/** The same tables, with something done before every query. */
function intercept(tables: DuckDBTables, before: (sql: string) => void): ReadableLakehouse {
  return {
    findTable: (table) => tables.findTable(table),
    query: async (sql, options) => {
      before(sql);
      return await tables.query(sql, options);
    },
    scan: (request) => tables.scan(request),
  };
}

// deno-lint-ignore require-yield -- a scan that fails before its first batch
async function* failing(error: Error): AsyncGenerator<never> {
  await Promise.resolve();
  throw error;
}
