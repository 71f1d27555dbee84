/**
 * What the tests of this package share: a folder that is gone afterwards, a lakehouse in it, files to import.
 *
 * @module
 */
import { type ImportReport, type ImportRequest, parseTableName } from "@wap/core";
import type { Table } from "apache-arrow";
import { join } from "node:path";
import { type EmbeddedLakehouse, openLakehouse } from "./embedded_lakehouse.ts";
import { Session } from "./duckdb/session.ts";
import { quoteText } from "./duckdb/sql.ts";

/** A row of a query's result. */
export type Row = Record<string, unknown>;

/** Real data, where there is any. */
export const DATA_FOLDER = new URL("../../../shared/data/", import.meta.url).pathname;

/** Whether the real data are there; says so on the console when not. */
export const HAS_DATA = hasData();

/** What tests say about their commits. */
export const NOTE = { message: "A change", author: "ann" };

/** A temporary folder. */
export class Scratch implements AsyncDisposable {
  /** Its absolute path. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes one. */
  static async open(): Promise<Scratch> {
    return new Scratch(await Deno.realPath(await Deno.makeTempDir({ prefix: "wap-lakehouse-" })));
  }

  /** Removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }

  /** Writes a file and answers its path. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.path, name);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    return path;
  }

  /** Writes the rows of a SELECT as Parquet, by DuckDB itself, and answers the file's path. */
  async writeParquet(name: string, select: string): Promise<string> {
    const path = join(this.path, name);
    using session = await this.session();
    await session.run(`COPY (${select}) TO ${quoteText(path)} (FORMAT parquet)`);
    return path;
  }

  /** Opens a DuckDB. */
  session(signal?: AbortSignal): Promise<Session> {
    return Session.open({ tempDirectory: join(this.path, "spill"), signal });
  }
}

/** An empty lakehouse in a temporary folder. */
export class TestLakehouse implements AsyncDisposable {
  /** The folder that the lakehouse and its source files are in. */
  readonly scratch: Scratch;
  /** The lakehouse. */
  readonly lakehouse: EmbeddedLakehouse;

  private constructor(scratch: Scratch) {
    this.scratch = scratch;
    this.lakehouse = openLakehouse({ path: this.root });
  }

  /** Makes one. */
  static async open(): Promise<TestLakehouse> {
    return new TestLakehouse(await Scratch.open());
  }

  /** The lakehouse's folder. */
  get root(): string {
    return join(this.scratch.path, "lakehouse");
  }

  /** Closes and removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.lakehouse[Symbol.asyncDispose]();
    await this.scratch[Symbol.asyncDispose]();
  }

  /** Plans and applies an import into the table `n.t` on `main`, unless others are named. */
  async import(
    from: string | string[],
    request: Partial<Omit<ImportRequest, "table">> & { table?: string; branch?: string } = {},
  ): Promise<ImportReport> {
    const { table = "n.t", branch = "main", ...rest } = request;
    const plan = await this.lakehouse.planImport({ mode: "append", ...rest, from: [from].flat(), table: parseTableName(table) }, { ref: branch });
    return await this.lakehouse.applyImport(plan, { branch, ...NOTE });
  }

  /** The rows of a query at a ref, as DuckDB's text for every value but NULL. */
  async rows(sql: string, ref = "main"): Promise<Row[]> {
    return rowsOf(await this.lakehouse.query(`SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (${sql})`, { ref }));
  }

  /** The columns of a table at `main`, as `name type`. */
  async columns(table = "n.t"): Promise<string[]> {
    const detail = await this.lakehouse.findTable(parseTableName(table), { ref: "main" });
    return detail?.columns.map(({ name, type }) => `${name} ${type}`) ?? [];
  }

  /** Every file below the lakehouse's folder but the catalog's. */
  async files(): Promise<string[]> {
    const files: string[] = [];
    const visit = async (folder: string): Promise<void> => {
      for await (const { name, isDirectory } of Deno.readDir(join(this.root, folder))) {
        if (isDirectory) await visit(join(folder, name));
        else if (!name.startsWith("catalog.db")) files.push(join(folder, name));
      }
    };
    await visit("");
    return files;
  }
}

/** The rows of an Arrow table as plain values. */
export function rowsOf(table: Table): Row[] {
  return table.toArray().map((row) => ({ ...row.toJSON() }));
}

function hasData(): boolean {
  try {
    return Deno.statSync(DATA_FOLDER).isDirectory;
  } catch {
    console.info(`Tests with real data are skipped: ${DATA_FOLDER} is not there`);
    return false;
  }
}
