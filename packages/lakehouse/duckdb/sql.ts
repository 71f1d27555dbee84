/**
 * Names and values as SQL text. Everything that comes from outside goes through here before it is part of a statement.
 *
 * @module
 */

/** Quotes a name: of a column, a table, a schema. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a text. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Writes texts as a list. */
export function quoteTexts(texts: Iterable<string>): string {
  return `[${[...texts].map(quoteText).join(", ")}]`;
}

/** Writes a struct whose members are SQL already. */
export function structLiteral(members: Iterable<[name: string, sql: string]>): string {
  return `{${[...members].map(([name, sql]) => `${quoteText(name)}: ${sql}`).join(", ")}}`;
}
