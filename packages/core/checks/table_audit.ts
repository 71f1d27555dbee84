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

/** The checks of one table under way; each is known by its place among them. */
export class TableAudit {
  readonly #lakehouse: ReadableLakehouse;
  readonly #table: TableDetail;
  readonly #specs: readonly CheckSpec[];
  readonly #options: TableAuditOptions;
  readonly #name: string;
  readonly #types: ReadonlyMap<string, string>;
  readonly #errors = new Map<number, unknown>();
  readonly #figures = new Map<number, Figures>();

  /** Prepares the audit of a table that is there. */
  constructor(lakehouse: ReadableLakehouse, { table, checks }: { table: TableDetail; checks: readonly CheckSpec[] }, options: TableAuditOptions) {
    this.#lakehouse = lakehouse;
    this.#table = table;
    this.#specs = checks;
    this.#options = options;
    this.#name = formatTableName(table);
    this.#types = new Map(table.columns.map((column) => [column.name, column.type]));
  }

  /**
   * Runs the checks.
   *
   * @returns One result per check, in order. What a check does wrong is in its result.
   * @throws The signal's reason when stopped, and what the lakehouse throws when trying again may help.
   */
  async run(): Promise<CheckResult[]> {
    const problems = this.#specs.map((spec) => preflight([spec], this.#table.columns)[0]?.error);
    const sound = [...this.#specs.keys()].filter((check) => problems[check] === undefined);
    await this.#tryPredicates(sound);
    await this.#measureFigures(sound.filter((check) => !this.#errors.has(check)));
    const results: CheckResult[] = [];
    for (const [check, spec] of this.#specs.entries()) {
      const problem = problems[check];
      results.push(problem === undefined ? await this.#conclude(check) : toMissingResult(spec, { table: this.#name, status: "not_evaluated", error: problem }));
      this.#options.onResult();
    }
    return results;
  }

  /** Tries users' predicates without data: each has to be good SQL by itself, and yield a truth value. */
  async #tryPredicates(checks: number[]): Promise<void> {
    const wanted = checks.flatMap((check) => {
      const spec = this.#specs[check]!;
      const from = `${this.#sourceOf(spec).from} limit 0`;
      const predicates = { where: spec.where, expression: spec.kind === "expression" ? spec.params.sql as string : undefined };
      return Object.entries(predicates).flatMap(([name, sql]) => (sql === undefined ? [] : [{ check, name, figure: { from, select: embedSql(sql) } }]));
    });
    for (const { check, name, column, error } of await this.#measure(wanted)) {
      if (column === undefined) this.#errors.set(check, error);
      else if (column.type.typeId !== ARROW_TYPE.Bool) this.#errors.set(check, notBoolean(name, arrowTypeName(column.type)));
    }
  }

  async #measureFigures(checks: number[]): Promise<void> {
    const wanted = checks.flatMap((check) => {
      const spec = this.#specs[check]!;
      return Object.entries(definitionOf(spec.kind).measure(spec, this.#sourceOf(spec))).map(([name, figure]) => ({ check, name, figure }));
    });
    for (const { check, name, column, error } of await this.#measure(wanted)) {
      if (column === undefined) this.#errors.set(check, error);
      else this.#figures.set(check, { ...this.#figures.get(check), [name]: Number(column.get(0)) });
    }
  }

  async #measure(wanted: Wanted[]): Promise<Measured[]> {
    const measured: Measured[] = [];
    for (const scan of planScans(wanted)) {
      // What follows FROM names either the added rows or the table, so all of a scan's checks have the same scope.
      const { scope } = this.#specs[scan.wanted[0]!.check]!;
      measured.push(...await runScan(scan, (sql) => this.#query(sql, scope), { onError: (error) => this.#passOnFatal(error) }));
    }
    return measured;
  }

  async #conclude(check: number): Promise<CheckResult> {
    const spec = this.#specs[check]!;
    try {
      if (this.#errors.has(check)) throw this.#errors.get(check);
      const figures = this.#figures.get(check)!;
      if (spec.kind === "arrow") return await this.#runFunction(spec, figures);
      const result = toResult(spec, { table: this.#name, finding: definitionOf(spec.kind).judge(spec, figures) });
      if (result.status === "pass" || spec.sample === 0) return result;
      return { ...result, ...await this.#takeSample(spec) };
    } catch (error) {
      this.#passOnFatal(error);
      return toMissingResult(spec, { table: this.#name, status: "error", error: recordOf(spec, error) });
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
    const { failedRows, observed, sample } = readVerdict(spec, verdict);
    const judged = definitionOf(spec.kind).judge(spec, { ...figures, failed: failedRows ?? 0 });
    const finding: Finding = failedRows === null ? { ...judged, failedRows, met: false, observed: "the function answered false" } : judged;
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
      this.#passOnFatal(error);
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

  /** Throws what is not a check's fault: that the run was stopped, or that the lakehouse may answer when asked again. */
  #passOnFatal(error: unknown): void {
    this.#options.signal.throwIfAborted();
    if (error instanceof RetryableError || error instanceof OutcomeUnknownError) throw error;
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
