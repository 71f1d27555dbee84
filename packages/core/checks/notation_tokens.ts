/**
 * Words, text and signs of the one-line notation of checks.
 *
 * @module
 */
import { UsageError } from "../errors.ts";

/** One token of the notation. */
export interface Token {
  /** A sign stands for itself; a word may turn out a number or a name; text was in quotes. */
  sort: "sign" | "word" | "text" | "end";
  /** The sign or word, or what the quotes held with escapes resolved. */
  text: string;
  /** Where it begins in the source. */
  position: number;
}

const TOKEN_REGEXP = /\s*(?:(?<sign>[()[\],=])|(?<quoted>"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*')|(?<word>[^\s()[\]{},="'\\]+))/suy;
const CHARACTER_BY_ESCAPE: Record<string, string> = { n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', "'": "'" };

/**
 * Splits a check in one-line notation into tokens.
 *
 * @param source The check as written.
 * @returns The tokens; the last one is the end.
 * @throws {UsageError} At a character that begins no token, and at an escape there is none.
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const end = source.trimEnd().length;
  TOKEN_REGEXP.lastIndex = 0;
  while (TOKEN_REGEXP.lastIndex < end) {
    const start = TOKEN_REGEXP.lastIndex;
    const match = TOKEN_REGEXP.exec(source);
    if (match === null) throw noToken(source, start + source.slice(start).search(/\S/));
    const { sign, quoted, word } = match.groups!;
    const position = TOKEN_REGEXP.lastIndex - (sign ?? quoted ?? word)!.length;
    if (quoted === undefined) tokens.push({ sort: sign === undefined ? "word" : "sign", text: (sign ?? word)!, position });
    else tokens.push({ sort: "text", text: unescapeText(source, { quoted, position }), position });
  }
  return [...tokens, { sort: "end", text: "", position: end }];
}

/** Text in double quotes, as {@linkcode tokenize} reads it. */
export function quote(text: string): string {
  const escaped = text.replaceAll(/["\\\n\t\r]/g, (character) => `\\${{ "\n": "n", "\t": "t", "\r": "r" }[character] ?? character}`);
  return `"${escaped}"`;
}

/** Whether text can stand without quotes and is one token. */
export function isWord(text: string): boolean {
  return /^[^\s()[\]{},="'\\]+$/u.test(text);
}

/**
 * An error that shows where in a check in one-line notation something is wrong.
 *
 * @param source The check as written.
 * @param position Where in it.
 * @param fault What is wrong, and the remedy.
 * @returns The error, with the place marked on a line of its own.
 */
export function notationError(source: string, position: number, fault: { message: string; hint?: string }): UsageError {
  const lineStart = source.slice(0, position).lastIndexOf("\n") + 1;
  const line = source.slice(lineStart).split("\n", 1)[0]!;
  const cut = Math.max(0, position - lineStart - 60);
  const excerpt = line.slice(cut, cut + 100);
  const caret = " ".repeat(position - lineStart - cut);
  return new UsageError(`Cannot read check at position ${position + 1}: ${fault.message}\n  ${excerpt}\n  ${caret}^`, {
    code: "invalid_check",
    hint: fault.hint,
  });
}

function noToken(source: string, position: number): UsageError {
  const character = source[position]!;
  if (character === '"' || character === "'") return notationError(source, position, { message: "the quote does not end" });
  return notationError(source, position, { message: `there is no use for ${JSON.stringify(character)}`, hint: "Put text that is more than a word in quotes" });
}

function unescapeText(source: string, { quoted, position }: { quoted: string; position: number }): string {
  return quoted.slice(1, -1).replaceAll(/\\(.)/gsu, (_, character: string, offset: number) => {
    const plain = CHARACTER_BY_ESCAPE[character];
    if (plain !== undefined) return plain;
    throw notationError(source, position + 1 + offset, { message: `there is no escape "\\${character}"`, hint: "Write a backslash as two" });
  });
}
