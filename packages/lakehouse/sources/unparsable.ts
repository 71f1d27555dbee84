/**
 * Finding the value of a text file that cannot be read as what the table wants.
 *
 * @module
 */
import { TerminalError } from "@wap/core";
import type { Session } from "../duckdb/session.ts";
import { quoteName } from "../duckdb/sql.ts";
import { formatType } from "../table/types.ts";
import type { Doubt } from "./agreement.ts";
import { readerSql } from "./readers.ts";
import { parsesSql } from "./text_kinds.ts";

const SHOWN_CHARACTERS = 60;

/**
 * Looks at the values that an agreement is in doubt of.
 *
 * @param session A DuckDB that may read the files.
 * @param doubts Where to look.
 * @throws {TerminalError} If a value cannot be read; names the file, the row, the column and the value.
 */
export async function refuseUnparsable(session: Session, doubts: readonly Doubt[]): Promise<void> {
  if (doubts.length === 0) return;
  // Row numbers mean something only when rows come in the order of the file.
  await session.run("SET preserve_insertion_order = true");
  for (const doubt of doubts) await refuseFirst(session, doubt);
  await session.run("SET preserve_insertion_order = false");
}

async function refuseFirst(session: Session, { file, column, type }: Doubt): Promise<void> {
  const { path, layout, columns } = file.inspection;
  const source = readerSql(layout, { paths: [path], columns: columns.map(({ name }) => ({ name, type: "string" })) });
  const numbered = `SELECT row_number() OVER () AS "row", ${quoteName(column)} AS "value" FROM ${source}`;
  const [found] = await session.rows(`SELECT "row", "value" FROM (${numbered}) WHERE "value" IS NOT NULL AND NOT (${parsesSql('"value"', type)}) LIMIT 1`);
  if (found === undefined) return;
  const value = String(found.value);
  const shown = JSON.stringify(value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value);
  throw new TerminalError(
    `Cannot import "${file.name}": row ${found.row} has the string ${shown} in column "${column}", which the table has as ${formatType(type)}`,
    {
      code: "unparsable_value",
      hint: "Mend the value, or turn it into what the table wants with a transform",
    },
  );
}
