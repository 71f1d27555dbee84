/**
 * Everything that writes to a lakehouse, loaded when something is written.
 *
 * @module
 */
import type { ImportPlan, ImportReport, ImportRequest } from "@wap/core";
import type { Catalog } from "../catalog/catalog.ts";
import type { ReadContext } from "../reading/query.ts";
import type { DownloadLimits } from "../sources/download.ts";
import { applyImport, type ApplyOptions } from "./apply_import.ts";
import { materialize, type MaterializeOptions } from "./materialize.ts";
import { planImport, type PlanOptions } from "./plan_import.ts";
import { SourceAccess } from "./source_access.ts";
import type { WriteContext } from "./write_context.ts";

/** Writes to one lakehouse. */
export class Writer {
  readonly #context: WriteContext;

  /** Makes a writer. */
  constructor(context: ReadContext & { root: string; catalog: Catalog; downloads: DownloadLimits }) {
    this.#context = { ...context, sources: new SourceAccess(context.staging, context.downloads) };
  }

  /** See {@linkcode planImport}. */
  planImport(request: ImportRequest, options: PlanOptions): Promise<ImportPlan> {
    return planImport(this.#context, request, options);
  }

  /** See {@linkcode applyImport}. */
  applyImport(plan: ImportPlan, options: ApplyOptions): Promise<ImportReport> {
    return applyImport(this.#context, plan, options);
  }

  /** See {@linkcode materialize}. */
  materialize(options: MaterializeOptions): Promise<{ commit: string; records: number }> {
    return materialize(this.#context, options);
  }
}
