/**
 * What writing needs of the lakehouse.
 *
 * @module
 */
import type { Catalog } from "../catalog/catalog.ts";
import type { ReadContext } from "../reading/query.ts";
import type { SourceAccess } from "./source_access.ts";

/** The parts of a lakehouse that writing works with. */
export interface WriteContext extends ReadContext {
  /** The absolute path of the lakehouse. */
  root: string;
  /** The catalog. */
  catalog: Catalog;
  /** The way to source files. */
  sources: SourceAccess;
}
