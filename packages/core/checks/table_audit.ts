/**
 * The audit of one table: its checks are held against its columns, users' SQL is tried without data, figures are measured, and what violates is sampled.
 *
 * @module
 */
import type { Table } from "apache-arrow";
import { arrowRows } from "../arrow_rows.ts";
import { ARROW_TYPE, arrowTypeName } from "../arrow_types.ts";
import type { ArrowCheck, CheckResult, CheckScope, CheckSpec } from "../check.ts";
import { type ErrorRecord, OutcomeUnknownError, RetryableError, TerminalError, toErrorRecord, UsageError, WapError } from "../errors.ts";
import type { Lakehouse, TableDetail } from "../lakehouse.ts";
import { formatTableName, type TableName } from "../names.ts";
import { readVerdict, runArrowCheck } from "./arrow_run.ts";
import { toMissingResult, toResult } from "./evaluate.ts";
import type { Figures, Finding, Source } from "./kind.ts";
import { type Measured, planScans, runScan, type Wanted } from "./measure.ts";
import { preflight } from "./preflight.ts";
import { definitionOf } from "./registry.ts";
import { quoteName, quoteTable } from "./sql.ts";
import { embedSql } from "./user_sql.ts";
import { countOf } from "./wording.ts";

/** The relation that SQL names the added rows by. */
const ADDED = "wap_added";
/** Characters of one text kept in a sample. */
const MAX_SAMPLE_TEXT = 1000;

/** What an audit needs of a lakehouse: it only reads. */
export type ReadableLakehouse = Pick<Lakehouse, "findTable" | "query" | "scan">;

/** What the audit of a table needs to know besides its checks. */
export interface TableAuditOptions {
  /** The commit to audit, usually as `branch@hash`. */
  ref: string;
  /** The commit that the run's own rows came after. */
  since: string;
  /** The functions of its Arrow checks, by the checks' names. */
  code: ReadonlyMap<string, ArrowCheck>;
  /** Stops the audit. */
  signal: AbortSignal;
  /** Called after each check. */
  onResult: () => void;
}

/** The checks of one table under way. */
export class TableAudit {
  readonly #lakehouse: ReadableLakehouse;
  readonly #table: TableDetail;
  readonly #name: string;
  readonly #options: TableAuditOptions;
  readonly #types: ReadonlyMap<string, string>;

  /** Prepares the audit of a table that is there. */
  constructor(lakehouse: ReadableLakehouse, table: TableDetail, options: TableAuditOptions) {
    this.#lakehouse = lakehouse;
    this.#table = table;
    this.#name = formatTableName(table);
    this.#options = options;
    this.#types = new Map(table.columns.map((column) => [column.name, column.type]));
  }

  /**
   * Runs the checks.
   *
   * @param specs What is demanded of the table.
   * @returns One result per check, in order. What a check does wrong is in its result.
   * @throws The signal's reason when stopped, and what the lakehouse throws when trying again may help.
   */
  async run(specs: readonly CheckSpec[]): Promise<CheckResult[]> {
    const problems = new Map(preflight(specs, this.#table.columns).map(({ check, error }) => [check, error]));
    const sound = [...specs.keys()].filter((check) => !problems.has(specs[check]!.name));
    const errors = new Map<number, unknown>();
    const probes = await this.#measure(sound.flatMap((check) => this.#wantedProbes(check, specs[check]!)), specs);
    for (const { check, name, column, error } of probes) {
      if (column === undefined) errors.set(check, error);
      else if (column.type.typeId !== ARROW_TYPE.Bool) errors.set(check, notBoolean(name, arrowTypeName(column.type)));
    }
    const figures = new Map<number, Figures>();
    const measured = await this.#measure(sound.filter((check) => !errors.has(check)).flatMap((check) => this.#wantedFigures(check, specs[check]!)), specs);
    for (const { check, name, column, error } of measured) {
      if (column === undefined) errors.set(check, error);
      else figures.set(check, { ...figures.get(check), [name]: Number(column.get(0)) });
    }
    const results: CheckResult[] = [];
    for (const [check, spec] of specs.entries()) {
      const problem = problems.get(spec.name);
      if (problem !== undefined) results.push(toMissingResult(spec, { table: this.#name, status: "not_evaluated", error: problem }));
      else if (errors.has(check)) results.push(this.#failure(spec, errors.get(check)));
      else results.push(await this.#conclude(spec, figures.get(check)!));
      this.#options.onResult();
    }
    return results;
  }

  /** Users' predicates, to be tried without data: each has to be good SQL by itself, and yield a truth value. */
  #wantedProbes(check: number, spec: CheckSpec): Wanted[] {
    const from = `${this.#sourceOf(spec).from} limit 0`;
    const predicates = { where: spec.where, expression: spec.kind === "expression" ? spec.params.sql as string : undefined };
    return Object.entries(predicates).flatMap(([name, sql]) => (sql === undefined ? [] : [{ check, name, figure: { from, select: embedSql(sql) } }]));
  }

  #wantedFigures(check: number, spec: CheckSpec): Wanted[] {
    const figures = definitionOf(spec.kind).measure(spec, this.#sourceOf(spec));
    return Object.entries(figures).map(([name, figure]) => ({ check, name, figure }));
  }

  async #measure(wanted: Wanted[], specs: readonly CheckSpec[]): Promise<Measured[]> {
    const measured: Measured[] = [];
    for (const scan of planScans(wanted)) {
      // What follows FROM names either the added rows or the table, so all of a scan's checks have the same scope.
      const { scope } = specs[scan.wanted[0]!.check]!;
      measured.push(...await runScan(scan, (sql) => this.#query(sql, scope), { isFatal: (error) => this.#isFatal(error) }));
    }
    return measured;
  }

  async #conclude(spec: CheckSpec, figures: Figures): Promise<CheckResult> {
    try {
      if (spec.kind === "arrow") return await this.#runFunction(spec, figures);
      const result = toResult(spec, { table: this.#name, finding: definitionOf(spec.kind).judge(spec, figures) });
      if (result.status === "pass" || spec.sample === 0) return result;
      return { ...result, ...await this.#takeSample(spec) };
    } catch (error) {
      return this.#failure(spec, error);
    }
  }

  async #runFunction(spec: CheckSpec, figures: Figures): Promise<CheckResult> {
    const run = this.#options.code.get(spec.name);
    if (run === undefined) {
      throw new UsageError(`Cannot run ${spec.name}: the flow's code has no such check`, {
        code: "missing_code",
        hint: "Run the flow from the file that has it",
      });
    }
    const { ref, since, signal } = this.#options;
    const request = { table: this.#tableName, ref, columns: spec.columns, ...(spec.scope === "delta" && { since }) };
    const verdict = await runArrowCheck(run, { open: (signal) => this.#lakehouse.scan({ ...request, signal }), table: this.#name, signal });
    const { failedRows, met, observed, sample } = readVerdict(spec, verdict);
    const judged = definitionOf(spec.kind).judge(spec, { ...figures, failed: failedRows ?? 0 });
    const finding: Finding = failedRows === null ? { ...judged, failedRows, met, observed: "the function answered false" } : judged;
    const result = toResult(spec, { table: this.#name, finding: observed === undefined ? finding : { ...finding, observed } });
    return { ...result, sample: result.status === "pass" ? [] : sample };
  }

  /** A sample that cannot be taken does not change what the check found. */
  async #takeSample(spec: CheckSpec): Promise<Pick<CheckResult, "sample" | "error">> {
    const sql = definitionOf(spec.kind).sampleQuery(spec, this.#sourceOf(spec));
    if (sql === null) return { sample: [], error: null };
    try {
      return { sample: arrowRows(await this.#query(sql, spec.scope)).map(cutTexts), error: null };
    } catch (error) {
      if (this.#isFatal(error)) throw error;
      return { sample: [], error: toErrorRecord(error) };
    }
  }

  get #tableName(): TableName {
    const { namespace, name } = this.#table;
    return { namespace, name };
  }

  #query(sql: string, scope: CheckScope): Promise<Table> {
    const { ref, since, signal } = this.#options;
    return this.#lakehouse.query(sql, { ref, ...(scope === "delta" && { added: { [ADDED]: { table: this.#tableName, since } } }), signal });
  }

  #sourceOf({ scope, where }: CheckSpec): Source {
    const relation = scope === "delta" ? quoteName(ADDED) : quoteTable(this.#table);
    return { relation, from: `${relation} as ${quoteName(this.#table.name)}`, where: where === undefined ? null : embedSql(where), types: this.#types };
  }

  #failure(spec: CheckSpec, error: unknown): CheckResult {
    if (this.#isFatal(error)) throw error;
    return toMissingResult(spec, { table: this.#name, status: "error", error: recordOf(spec, error) });
  }

  /** Not a check's fault: the run was stopped, or the lakehouse may answer when asked again. */
  #isFatal(error: unknown): boolean {
    return this.#options.signal.aborted || error instanceof RetryableError || error instanceof OutcomeUnknownError;
  }
}

function notBoolean(name: string, type: string): UsageError {
  return new UsageError(`Cannot use ${name} as condition: its type is ${type}`, {
    code: "type_mismatch",
    hint: "Write a comparison, which is true or false for each row",
  });
}

/** What users' functions throw is theirs, not an internal fault. */
function recordOf(spec: CheckSpec, error: unknown): ErrorRecord {
  if (spec.kind !== "arrow" || error instanceof WapError) return toErrorRecord(error);
  const message = error instanceof Error ? error.message : String(error);
  return toErrorRecord(new TerminalError(`Cannot finish ${spec.name}: its function threw "${message}"`, { code: "check_threw" }));
}

/** A sample is kept with the run and shown to people: one endless text in it would bury the rest. */
function cutTexts(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const isLong = typeof value === "string" && value.length > MAX_SAMPLE_TEXT;
      return [name, isLong ? `${value.slice(0, MAX_SAMPLE_TEXT)}… (${countOf(value.length, "character")})` : value];
    }),
  );
}
