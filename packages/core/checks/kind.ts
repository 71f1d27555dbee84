/**
 * What a kind of check is made of. Each kind is one file of this folder; `registry.ts` lists them.
 *
 * @module
 */
import type { z } from "zod";
import type { CheckKind, CheckScope, CheckSpec } from "../check.ts";

/** The options that say how much violation is tolerated; `max_excess` is `max_count` under the name that fits `unique`. */
export type Tolerance = "max_pct" | "max_count" | "max_excess";

/** Something wrong with a check as written. */
export interface Fault {
  /** The option at fault, or null for the check as a whole. */
  option: string | null;
  /** What is wrong, to follow a colon. */
  message: string;
  /** The remedy, in one sentence. */
  hint?: string;
}

/** The rows a check looks at, as SQL. */
export interface Source {
  /** The relation. */
  relation: string;
  /** What follows FROM: the relation and its alias. */
  from: string;
  /** The check's `where`, in parentheses, or null. */
  where: string | null;
  /** Iceberg types by column name. */
  types: ReadonlyMap<string, string>;
}

/** One number to be measured: an aggregate over the rows of a FROM clause. Figures with the same `from` share a query. */
export interface Figure {
  /** What follows FROM. */
  from: string;
  /** An aggregate that yields an integer. */
  select: string;
}

/** Figures after measuring, by the names the kind gave them. */
export type Figures = Record<string, number>;

/** What the figures say, before it is held against what the check tolerates. */
export interface Finding {
  /** Rows that violate the check; null where rows cannot be counted. */
  failedRows: number | null;
  /** Rows it was tested on; null where rows cannot be counted. */
  testedRows: number | null;
  /** Further figures worth reporting. */
  metrics: Record<string, number>;
  /** What was measured, in words. */
  observed: string;
  /** For checks that rows cannot be counted for: whether the demand is met. */
  met?: boolean;
}

/** One kind of check: its options, what it measures and how it reads the figures. */
export interface KindDefinition {
  /** Which kind it is. */
  readonly kind: CheckKind;
  /** How many columns it names. */
  readonly columns: "none" | "one" | "many";
  /** Its options in the order in which they may be given without their names; `column` or `columns` first, where it names some. */
  readonly positional: readonly string[];
  /** Its own options besides the columns, as zod types by name. */
  readonly params: z.ZodRawShape;
  /** The tolerances that make sense for it; none where the demand is met or not. */
  readonly tolerances: readonly Tolerance[];
  /** Whether it takes `where`. */
  readonly filterable: boolean;
  /** The scope it has unless said otherwise. */
  defaultScope(params: Record<string, unknown>): CheckScope;
  /** What is wrong with options that are each right by themselves. */
  findFault?(options: Record<string, unknown>): Fault | null;
  /** What the name of a check without a name shows in brackets, instead of its columns. */
  describe?(spec: CheckSpec): string;
  /** Why the kind cannot be applied to a column of a type, or null. */
  typeFault?(spec: CheckSpec, type: string): string | null;
  /** The figures to be measured, by name. */
  measure(spec: CheckSpec, source: Source): Record<string, Figure>;
  /** Reads the figures. */
  judge(spec: CheckSpec, figures: Figures): Finding;
  /** The query that yields at most `spec.sample` violating rows, or null where there are none to show. */
  sampleQuery(spec: CheckSpec, source: Source): string | null;
  /** What the check demands, in words, tolerances aside. */
  demand(spec: CheckSpec): string;
}
