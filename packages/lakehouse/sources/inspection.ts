/**
 * What is known of a source file after looking into it.
 *
 * @module
 */
import type { FieldType } from "../table/types.ts";
import type { Layout } from "./readers.ts";

/** A column of a source file. */
export interface SourceColumn {
  /** Its name in the file. */
  name: string;
  /** Its type, stated by the file or found by reading all of it. */
  type: FieldType;
  /** Which kinds of text its values are, when they are texts that may be read as another type. */
  kinds?: number;
  /** The DuckDB type it has, when its times may be finer than a table's: every value must be looked at. */
  exactType?: string;
}

/** A source file that was looked into. */
export interface Inspection {
  /** The file to read: the source itself, or a copy with its faults mended. */
  path: string;
  /** How it is written. */
  layout: Layout;
  /** Its columns, in order. */
  columns: SourceColumn[];
  /** Its rows. */
  rows: number;
}

/** A file on this machine to look into. */
export interface LocalFile {
  /** Where it is. */
  path: string;
  /** What to call it in messages. */
  name: string;
  /** The SHA-256 of its content. */
  fingerprint: string;
}
