/**
 * Names of tables, branches and refs: their grammar, checked once at the boundary.
 *
 * @module
 */
import { UsageError } from "./errors.ts";

/** A table's place in a catalog. */
export interface TableName {
  /** One identifier, or several joined by dots. */
  namespace: string;
  /** One identifier. */
  name: string;
}

const IDENTIFIER_REGEXP = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const BRANCH_REGEXP = /^[A-Za-z0-9_](?:[A-Za-z0-9_.\-/]{0,253}[A-Za-z0-9_])?$/;
const HASH_REGEXP = /^[0-9a-f]{64}$/;

/**
 * Checks the name of a table, a namespace part or a column alias.
 *
 * @param value The candidate.
 * @param what What it names, for the message: "table name", "namespace".
 * @returns The value, unchanged.
 * @throws {UsageError} If it is not letters, digits and underscores, starting with a letter or underscore, at most 128.
 */
export function parseIdentifier(value: string, what: string): string {
  if (IDENTIFIER_REGEXP.test(value)) return value;
  throw new UsageError(`Cannot use ${JSON.stringify(value)} as ${what}: not a plain identifier`, {
    code: "invalid_name",
    hint: "Use letters, digits and underscores, starting with a letter or underscore, at most 128 characters",
  });
}

/**
 * Checks a namespace: identifiers joined by dots.
 *
 * @param value The candidate.
 * @returns The value, unchanged.
 * @throws {UsageError} If a part is not an identifier.
 */
export function parseNamespace(value: string): string {
  for (const part of value.split(".")) parseIdentifier(part, "namespace");
  return value;
}

/**
 * Reads `namespace.name`.
 *
 * @param value A dotted name; the last part is the table.
 * @returns The namespace and the name.
 * @throws {UsageError} If there is no namespace, or a part is not an identifier.
 * @example
 * ```ts
 * import { parseTableName } from "@wap/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseTableName("dbos.yellow_trips"), { namespace: "dbos", name: "yellow_trips" });
 * ```
 */
export function parseTableName(value: string): TableName {
  const dot = value.lastIndexOf(".");
  if (dot < 1) {
    throw new UsageError(`Cannot use ${JSON.stringify(value)} as table: the namespace is missing`, {
      code: "invalid_name",
      hint: "Write it as namespace.table",
    });
  }
  return { namespace: parseNamespace(value.slice(0, dot)), name: parseIdentifier(value.slice(dot + 1), "table name") };
}

/** Writes a table's name as `namespace.name`. */
export function formatTableName(table: TableName): string {
  return `${table.namespace}.${table.name}`;
}

/**
 * Checks the name of a branch or tag.
 *
 * @param value The candidate.
 * @param what What it names, for the message.
 * @returns The value, unchanged.
 * @throws {UsageError} If it has other characters than letters, digits, `_ . - /`, has `..` in it, or looks like a hash.
 */
export function parseRefName(value: string, what = "branch name"): string {
  if (BRANCH_REGEXP.test(value) && !value.includes("..") && !HASH_REGEXP.test(value)) return value;
  throw new UsageError(`Cannot use ${JSON.stringify(value)} as ${what}: not a valid ref name`, {
    code: "invalid_name",
    hint: "Use letters, digits, '_', '.', '-' and '/', at most 255 characters, without '..'",
  });
}

/** A ref as a caller writes it: a branch or tag, one of them pinned to a commit, or a commit alone. */
export interface RefExpression {
  /** The branch or tag, or null when a bare hash was given. */
  name: string | null;
  /** The commit, or null when only a name was given. */
  hash: string | null;
}

/**
 * Reads `branch`, `tag`, `branch@hash` or `hash`.
 *
 * @param value The ref as written.
 * @returns Its name and hash, either of which may be null.
 * @throws {UsageError} If it is none of the four forms.
 * @example
 * ```ts
 * import { parseRef } from "@wap/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseRef("main"), { name: "main", hash: null });
 * ```
 */
export function parseRef(value: string): RefExpression {
  const at = value.lastIndexOf("@");
  if (at < 0) return HASH_REGEXP.test(value) ? { name: null, hash: value } : { name: parseRefName(value, "ref"), hash: null };
  const hash = value.slice(at + 1);
  if (!HASH_REGEXP.test(hash)) {
    throw new UsageError(`Cannot use ${JSON.stringify(value)} as ref: what follows "@" is not a commit hash`, {
      code: "invalid_name",
      hint: "Write branch@hash with the hash's 64 hexadecimal digits",
    });
  }
  return { name: at === 0 ? null : parseRefName(value.slice(0, at), "ref"), hash };
}
