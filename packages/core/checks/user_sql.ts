/**
 * SQL that users write into checks: predicates and SELECTs, which are put in parentheses inside larger statements.
 *
 * What makes that safe is settled here, on the text alone: brackets close in order, quotes and comments end, nothing ends the statement, and no character has a
 * meaning that differs between SQL dialects. Whether it is good SQL is for the lakehouse to say.
 *
 * @module
 */

// A quoted string, a quoted identifier, two kinds of comment, code; anything else does not end.
const PIECE_REGEXP = /'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"|--[^\n\r]*|\/\*[\s\S]*?\*\/|(?:[^'"\-/]|-(?!-)|\/(?!\*))+/y;
const CLOSER_BY_OPENER: Record<string, string> = { "(": ")", "[": "]", "{": "}" };
const AMBIGUOUS_CHARACTER_REGEXP = /[;$`\\]/;
const TABLE_PLACEHOLDER = "{table}";

/** A run of SQL text of one sort. */
interface Piece {
  sort: "code" | "quoted" | "comment";
  text: string;
}

/**
 * Says what keeps a predicate from being embedded.
 *
 * @param sql One SQL expression.
 * @returns The fault in words, or null when there is none.
 */
export function predicateFault(sql: string): string | null {
  const pieces = splitPieces(sql);
  if (typeof pieces === "string") return pieces;
  return piecesFault(pieces) ?? (namesTable(sql) ? `${TABLE_PLACEHOLDER} stands for the table in sql_rows only` : null);
}

/**
 * Says what keeps a query from being embedded.
 *
 * @param sql One SELECT, which may begin with WITH.
 * @returns The fault in words, or null when there is none.
 */
export function queryFault(sql: string): string | null {
  const pieces = splitPieces(sql);
  if (typeof pieces === "string") return pieces;
  const fault = piecesFault(pieces);
  if (fault !== null) return fault;
  return /^\s*(?:select|with)\b/i.test(codeOf(pieces)) ? null : "it is not a SELECT";
}

/** Whether a query names the check's own table with `{table}`. */
export function namesTable(sql: string): boolean {
  return piecesOf(sql).some((piece) => piece.sort === "code" && piece.text.includes(TABLE_PLACEHOLDER));
}

/**
 * Makes a predicate or query ready to stand inside a statement.
 *
 * @param sql SQL in which {@linkcode predicateFault} or {@linkcode queryFault} finds no fault.
 * @param options `table` is what `{table}` stands for, where the SQL may name it.
 * @returns The SQL in parentheses, without comments.
 */
export function embedSql(sql: string, options: { table?: string } = {}): string {
  const { table } = options;
  const text = piecesOf(sql).map((piece) => {
    if (piece.sort === "comment") return " ";
    return piece.sort === "code" && table !== undefined ? piece.text.replaceAll(TABLE_PLACEHOLDER, () => table) : piece.text;
  }).join("");
  return `(${text.trim()})`;
}

/** SQL text on one line and not longer than `limit`, for names and messages. */
export function shortenSql(sql: string, limit = 60): string {
  const line = sql.replaceAll(/\s+/g, " ").trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}

function splitPieces(sql: string): Piece[] | string {
  if (sql.includes("\\'")) return "a backslash stands before a quote, which databases read differently";
  const pieces: Piece[] = [];
  PIECE_REGEXP.lastIndex = 0;
  while (PIECE_REGEXP.lastIndex < sql.length) {
    const start = PIECE_REGEXP.lastIndex;
    const text = PIECE_REGEXP.exec(sql)?.[0];
    if (text === undefined) return `${sql[start] === "'" || sql[start] === '"' ? "a quote" : "a comment"} does not end`;
    const sort = /^['"]/.test(text) ? "quoted" : /^(?:--|\/\*)/.test(text) ? "comment" : "code";
    pieces.push({ sort, text });
  }
  return pieces;
}

function piecesOf(sql: string): Piece[] {
  const pieces = splitPieces(sql);
  if (typeof pieces === "string") throw new TypeError(`Cannot embed SQL: ${pieces}`);
  return pieces;
}

function codeOf(pieces: Piece[]): string {
  return pieces.map((piece) => (piece.sort === "comment" ? " " : piece.text)).join("");
}

function piecesFault(pieces: Piece[]): string | null {
  const code = codeOf(pieces);
  if (code.trim() === "") return "it is empty";
  if (code.includes("\0")) return "it contains a NUL character";
  for (const { sort, text } of pieces) {
    if (sort === "comment" && text.indexOf("/*", 2) > 0) return "a comment stands inside a comment";
  }
  return codeFault(pieces.filter((piece) => piece.sort === "code").map((piece) => piece.text).join(" "));
}

function codeFault(code: string): string | null {
  const expected: string[] = [];
  for (const character of code) {
    const closer = CLOSER_BY_OPENER[character];
    if (closer !== undefined) expected.push(closer);
    else if (")]}".includes(character) && expected.pop() !== character) return `"${character}" closes nothing`;
    else if (AMBIGUOUS_CHARACTER_REGEXP.test(character)) return `"${character}" may stand in quotes only`;
  }
  return expected.length === 0 ? null : `"${expected.pop()}" is missing`;
}
