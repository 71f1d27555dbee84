/**
 * What each test of the contract is given: an empty lakehouse, a folder to write source files to, and short ways to use both.
 *
 * @module
 */
import { DuckDBInstance } from "@duckdb/node-api";
import { type Commit, type ImportReport, type ImportRequest, type Lakehouse, parseTableName, type TableDetail } from "@wap/core";
import type { Table } from "apache-arrow";
import { join } from "node:path";

/** A test of the contract. */
export type ContractTest = (world: World) => Promise<void>;

/** Tests of the contract by what they say. */
export type ContractTests = Record<string, ContractTest>;

/** A row as plain values by column. */
export type Row = Record<string, unknown>;

/** What an import needs, with the table as `namespace.name`. */
export type ImportSpec = Partial<Omit<ImportRequest, "table" | "from">> & { table?: string; from: string | string[]; branch?: string };

/** The table that tests import into unless they say otherwise. */
export const TRIPS = { namespace: "taxi", name: "trips" };

/** What tests say about their commits. */
export const NOTE = { message: "A change", author: "ann" };

/** An empty lakehouse and a folder for source files, both gone when the test is over. */
export class World implements AsyncDisposable {
  /** The lakehouse under test. */
  readonly lakehouse: Lakehouse;
  /** An absolute path; test files are written below it. */
  readonly folder: string;

  private constructor(lakehouse: Lakehouse, folder: string) {
    this.lakehouse = lakehouse;
    this.folder = folder;
  }

  /** Opens an empty lakehouse and makes a folder. */
  static async open(open: () => Promise<Lakehouse>): Promise<World> {
    return new World(await open(), await Deno.realPath(await Deno.makeTempDir({ prefix: "wap-contract-" })));
  }

  /** Closes the lakehouse and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.lakehouse[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }

  /** Writes a file of lines and answers its path. */
  async write(name: string, ...lines: string[]): Promise<string> {
    const path = join(this.folder, name);
    await Deno.writeTextFile(path, lines.map((line) => `${line}\n`).join(""));
    return path;
  }

  /** Writes the rows of a SELECT as Parquet and answers the file's path. */
  async writeParquet(name: string, select: string): Promise<string> {
    const path = join(this.folder, name);
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
    connection.closeSync();
    instance.closeSync();
    return path;
  }

  /** Plans an import and applies it. */
  async import({ from, branch = "main", table = "taxi.trips", ...rest }: ImportSpec): Promise<ImportReport> {
    const request = { mode: "append" as const, ...rest, from: [from].flat(), table: parseTableName(table) };
    const plan = await this.lakehouse.planImport(request, { ref: branch });
    return await this.lakehouse.applyImport(plan, { branch, ...NOTE });
  }

  /** Runs a query and answers its rows. */
  async rows(sql: string, ref = "main"): Promise<Row[]> {
    return rowsOf(await this.lakehouse.query(sql, { ref }));
  }

  /** The values of a table's `id` column at a ref, sorted; empty when the table is not there. */
  async ids(ref = "main", table = "taxi.trips"): Promise<number[]> {
    if (await this.lakehouse.findTable(parseTableName(table), { ref }) === null) return [];
    return (await this.rows(`SELECT id::INTEGER AS id FROM ${table} ORDER BY id`, ref)).map((row) => row["id"] as number);
  }

  /** `taxi.trips` at a ref, which is there. */
  async trips(ref = "main"): Promise<TableDetail> {
    const table = await this.lakehouse.findTable(TRIPS, { ref });
    if (table === null) throw new TypeError(`Cannot find taxi.trips at ${ref}: the test has not made it`);
    return table;
  }

  /** The commits that a ref has and another has not, newest first. */
  async commits(ref: string, until?: string): Promise<Commit[]> {
    return await Array.fromAsync(this.lakehouse.log(ref, { until }));
  }

  /** Where every branch and tag stands. */
  async refs(): Promise<Record<string, string>> {
    return Object.fromEntries((await this.lakehouse.listRefs()).map((ref) => [ref.name, ref.hash]));
  }
}

/** The rows of an Arrow table as plain values. */
export function rowsOf(table: Table): Row[] {
  return table.toArray().map((row) => ({ ...row.toJSON() }));
}
