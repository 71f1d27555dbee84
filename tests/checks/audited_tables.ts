/**
 * Tables on a branch of a lakehouse, as a run leaves them for its audit.
 *
 * @module
 */
import { DuckDBConnection } from "@duckdb/node-api";
import {
  type ArrowCheck,
  type AuditReport,
  type AuditRequest,
  type Check,
  formatTableName,
  nameChecks,
  parseTableName,
  type ReadableLakehouse,
  runAudit,
  type TableName,
} from "@wap/core";
import { type EmbeddedLakehouse, openLakehouse } from "@wap/lakehouse";
import { join } from "node:path";

const COMMIT = { message: "Import", author: "test" };

/** The rows of a table, each part a SELECT with the same columns. */
export interface TableRows {
  /** Those that were there before the run. */
  before?: string;
  /** Those that the run added. */
  added?: string;
}

/** How to audit. */
export interface AuditOptions extends Pick<AuditRequest, "signal" | "onProgress"> {
  /** What to read from instead of the lakehouse itself. */
  lakehouse?: ReadableLakehouse;
}

/** A lakehouse in a folder that is gone when the test is over. */
export class AuditedTables implements AsyncDisposable {
  /** The lakehouse. */
  readonly lakehouse: EmbeddedLakehouse;
  /** The commit that the run's rows came after. */
  since = "";
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.lakehouse = openLakehouse({ path: join(folder, "lakehouse") });
  }

  /** Makes tables, by `namespace.table`, on the branch `run`. */
  static async open(tables: Record<string, TableRows>): Promise<AuditedTables> {
    const world = new AuditedTables(await Deno.makeTempDir({ prefix: "wap-audit-" }));
    try {
      await world.#fill(Object.entries(tables).map(([name, rows]) => ({ table: parseTableName(name), rows })));
      return world;
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Audits one table as the run does. */
  async audit(name: string, checks: readonly Check[], options: AuditOptions = {}): Promise<AuditReport> {
    const { lakehouse = this.lakehouse, ...rest } = options;
    const named = nameChecks(checks);
    const code = new Map<string, ArrowCheck>(named.flatMap(({ spec, run }) => (run === undefined ? [] : [[spec.name, run]])));
    const branchCommit = await this.lakehouse.resolve("run");
    const tables = [{ table: parseTableName(name), checks: named.map(({ spec }) => spec), code }];
    return await runAudit(lakehouse, { ref: `run@${branchCommit}`, branchCommit, targetCommit: this.since, since: this.since, tables, ...rest });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lakehouse[Symbol.asyncDispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #fill(tables: { table: TableName; rows: TableRows }[]): Promise<void> {
    for (const { table, rows } of tables) if (rows.before !== undefined) await this.#import(table, { rows: rows.before, branch: "main" });
    this.since = (await this.lakehouse.createBranch("run", { from: "main" })).hash;
    for (const { table, rows } of tables) if (rows.added !== undefined) await this.#import(table, { rows: rows.added, branch: "run" });
  }

  async #import(table: TableName, { rows, branch }: { rows: string; branch: string }): Promise<void> {
    const file = join(this.#folder, `${formatTableName(table)}-${branch}.parquet`);
    const connection = await DuckDBConnection.create();
    await connection.run(`copy (${rows}) to '${file}' (format parquet)`);
    connection.closeSync();
    const plan = await this.lakehouse.planImport({ table, mode: "append", from: [file] }, { ref: branch });
    await this.lakehouse.applyImport(plan, { ...COMMIT, branch });
  }
}
