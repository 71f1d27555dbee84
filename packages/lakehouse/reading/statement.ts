/**
 * Looking at SQL before it runs: it must be one SELECT, and the tables it names are the only ones it will see.
 *
 * @module
 */
import { TerminalError } from "@wap/core";
import type { Session } from "../duckdb/session.ts";
import { quoteText } from "../duckdb/sql.ts";

/** A table as a SELECT names it. */
export interface TableReference {
  /** What stands before the name, as written: nothing, a schema, or a catalog and a schema. */
  qualifiers: string[];
  /** The name as written. */
  name: string;
}

/** A SELECT that was looked at. */
export interface Statement {
  /** The tables it names, each once; names of its own `WITH` queries may be among them. */
  tables: TableReference[];
  /** The names of its `WITH` queries, in lower case. */
  queries: Set<string>;
}

const HINT = "Write one SELECT; everything else is refused";

/**
 * Parses SQL without running or binding anything.
 *
 * @param session Any DuckDB.
 * @param sql The text.
 * @returns What it names.
 * @throws {TerminalError} If it is not exactly one SELECT.
 */
export async function parseSelect(session: Session, sql: string): Promise<Statement> {
  const [row] = await session.rows(`SELECT json_serialize_sql(${quoteText(sql)}) AS tree`);
  const tree = JSON.parse(String(row!.tree));
  if (tree.error) {
    const why = tree.error_type === "not implemented" ? "it is not a SELECT" : tree.error_message;
    throw new TerminalError(`Cannot run the SQL: ${why}`, { code: "invalid_sql", hint: HINT });
  }
  if (tree.statements.length !== 1) {
    throw new TerminalError(`Cannot run the SQL: it has ${tree.statements.length} statements`, { code: "invalid_sql", hint: HINT });
  }
  const statement: Statement = { tables: [], queries: new Set() };
  collect(tree.statements[0], statement);
  const tables = new Map(statement.tables.map((table) => [JSON.stringify(table), table]));
  return { ...statement, tables: [...tables.values()] };
}

function collect(node: unknown, statement: Statement): void {
  if (typeof node !== "object" || node === null) return;
  const { type, cte_map, catalog_name, schema_name, table_name } = node as Record<string, unknown>;
  if (type === "BASE_TABLE") {
    const qualifiers = [catalog_name, schema_name].filter(Boolean).map(String);
    statement.tables.push({ qualifiers, name: String(table_name) });
  }
  const queries = (cte_map as { map?: { key: string }[] } | undefined)?.map ?? [];
  for (const { key } of queries) statement.queries.add(key.toLowerCase());
  for (const child of Object.values(node)) collect(child, statement);
}
