/**
 * One check on the rows of one table in DuckDB.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { type CheckResult, parseCheckNotation, runAudit } from "@wap/core";
import { DuckDBTables } from "./duckdb_tables.ts";

/** A check, and what it has to find. */
export interface Case {
  /** The rule that it is about. */
  rule: string;
  /** The table's columns: `name type, …`. */
  columns: string;
  /** The rows that the run added, as SQL values. */
  rows: string[];
  /** The check in one-line notation. */
  check: string;
  /** What is expected of the result. */
  expected: Partial<CheckResult>;
}

/** Registers a test for each case. */
export function testCases(cases: readonly Case[]): void {
  for (const { rule, columns, rows, check, expected } of cases) {
    Deno.test(`runAudit(): ${rule}`, async () => {
      const result = await runCheck(check, { columns, rows });
      assertEquals(Object.fromEntries(Object.keys(expected).map((key) => [key, result[key as keyof CheckResult]])), expected);
    });
  }
}

async function runCheck(check: string, { columns, rows }: Pick<Case, "columns" | "rows">): Promise<CheckResult> {
  const definitions = columns.split(/, (?=\w+ )/).map((column) => /^(\w+) (.*)$/.exec(column)!.slice(1) as [string, string]);
  const values = rows.length === 0 ? [definitions.map(() => "null").join(", ")] : rows;
  const added = `select ${definitions.map(([name, type]) => `cast(${name} as ${type}) as ${name}`).join(", ")} ` +
    `from (values ${values.map((row) => `(${row})`).join(", ")}) as v(${definitions.map(([name]) => name).join(", ")}) limit ${rows.length}`;
  using lakehouse = await DuckDBTables.open({ "ns.t": { before: `select * from (${added}) limit 0`, added } });
  const tables = [{ table: { namespace: "ns", name: "t" }, checks: [parseCheckNotation(check)] }];
  const { checks } = await runAudit(lakehouse, { ref: "main", branchCommit: "b", targetCommit: "t", since: "s", tables });
  return checks[0]!;
}
