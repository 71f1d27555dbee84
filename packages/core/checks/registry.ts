/**
 * The kinds of check there are.
 *
 * @module
 */
import type { CheckKind } from "../check.ts";
import { acceptedValues } from "./accepted_values.ts";
import { arrow } from "./arrow.ts";
import { expression } from "./expression.ts";
import type { KindDefinition } from "./kind.ts";
import { notNull } from "./not_null.ts";
import { range } from "./range.ts";
import { rowCount } from "./row_count.ts";
import { sqlRows } from "./sql_rows.ts";
import { unique } from "./unique.ts";

const DEFINITION_BY_KIND: Readonly<Record<CheckKind, KindDefinition>> = {
  not_null: notNull,
  unique,
  range,
  accepted_values: acceptedValues,
  row_count: rowCount,
  expression,
  sql_rows: sqlRows,
  arrow,
};

/** The kinds that can be written as data, in flow files and on the command line. */
export const WRITTEN_KINDS: readonly CheckKind[] = (Object.keys(DEFINITION_BY_KIND) as CheckKind[]).filter((kind) => kind !== "arrow");

/** The definition of a kind. */
export function definitionOf(kind: CheckKind): KindDefinition {
  return DEFINITION_BY_KIND[kind];
}

/** Whether a word is the name of a kind that can be written as data. */
export function isWrittenKind(word: string): word is CheckKind {
  return (WRITTEN_KINDS as readonly string[]).includes(word);
}
