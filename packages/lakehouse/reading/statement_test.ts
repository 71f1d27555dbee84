import { TerminalError } from "@wap/core";
import { assertEquals, assertRejects } from "@std/assert";
import { Scratch } from "../testing.ts";
import { parseSelect } from "./statement.ts";

async function tablesOf(sql: string): Promise<string[]> {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  return (await parseSelect(session, sql)).tables.map(({ qualifiers, name }) => [...qualifiers, name].join("/")).toSorted();
}

Deno.test("parseSelect() finds every table that a SELECT names, wherever it does", async () => {
  assertEquals(await tablesOf('SELECT * FROM a.t JOIN b USING (x) WHERE EXISTS (SELECT 1 FROM "C d"."e f") AND x IN (SELECT y FROM k.l.m)'), [
    "C d/e f",
    "a/t",
    "b",
    "k/l/m",
  ]);
  assertEquals(await tablesOf("FROM a UNION ALL (TABLE b) EXCEPT SELECT (SELECT max(x) FROM c)"), ["a", "b", "c"]);
  assertEquals(await tablesOf("WITH q AS (FROM a) SELECT * FROM q, LATERAL (SELECT * FROM b)"), ["a", "b", "q"]);
  assertEquals(await tablesOf("PIVOT a ON x IN (1, 2) USING sum(y)"), ["a"]);
  assertEquals(await tablesOf("SELECT 1; -- that is all"), []);
});

Deno.test("parseSelect() knows the names of WITH queries, nested ones too", async () => {
  await using scratch = await Scratch.open();
  using session = await scratch.session();
  const { queries } = await parseSelect(session, "WITH One AS (WITH two AS (SELECT 1) FROM two) SELECT * FROM one");
  assertEquals([...queries].toSorted(), ["one", "two"]);
});

Deno.test("parseSelect() refuses everything but one SELECT", async () => {
  const refused = [
    "INSERT INTO t VALUES (1)",
    "WITH q AS (SELECT 1) INSERT INTO t FROM q",
    "CREATE TABLE t (a INTEGER)",
    "DROP TABLE t",
    "COPY t TO 'x'",
    "EXPLAIN ANALYZE COPY t TO 'x'",
    "PRAGMA version",
    "CALL pragma_version()",
    "ATTACH 'x'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET threads = 1",
    "EXECUTE q",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE t",
    "SELEC 1",
    "",
    "-- nothing",
  ];
  for (const sql of refused) await assertRejects(() => tablesOf(sql), TerminalError, "Cannot run the SQL: ");
});
