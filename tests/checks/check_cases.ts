/**
 * One check on the rows of one table.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { type CheckResult, parseCheckNotation } from "@wap/core";
import { AuditedTables } from "./audited_tables.ts";

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
  await using tables = await AuditedTables.open({ "ns.t": { added } });
  const report = await tables.audit("ns.t", [{ spec: parseCheckNotation(check) }]);
  return report.checks[0]!;
}
