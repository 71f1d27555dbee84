/**
 * A lakehouse in memory: the port of `@wap/core` in its plainest form, which other backends can be compared with.
 *
 * A table's version is a list of parts, each the rows that one change added; a branch is a name for a set of versions. Files are read by the embedded
 * lakehouse's own readers; what they leave behind while they work is gone when the lakehouse is closed.
 *
 * @module
 */
import {
  type CommitInfo,
  digestOf,
  formatTableName,
  type ImportPlan,
  type ImportProgress,
  type ImportReport,
  type ImportRequest,
  type Lakehouse,
  NotFoundError,
  parseTableName,
  type PlannedFile,
  type QueryOptions,
  type ScanRequest,
  type TableChange,
  type TableDetail,
  type TableInfo,
  type TableName,
  TerminalError,
} from "@wap/core";
import {
  emptySchema,
  findSources,
  fromDuckDBType,
  type ImportShape,
  type InspectedFile,
  quoteName,
  type ReadySource,
  type Schema,
  Session,
  shapeImport,
  SourceAccess,
  Staging,
  toArrowTable,
  toColumn,
  toRecordBatches,
  toSqlError,
} from "@wap/lakehouse/parts";
import type { RecordBatch, Table } from "apache-arrow";
import { HistoryLakehouse } from "./history_lakehouse.ts";
import type { Tables, Version } from "./memory_history.ts";
import { collectRows, type Relation, type Rows, Sandbox } from "./memory_rows.ts";

/** One state of a table. */
interface TableVersion extends Version {
  schema: Schema;
  parts: readonly Rows[];
  /** Fingerprints of the files whose rows it has, by URI. */
  files: ReadonlyMap<string, string>;
}

/** What files are read for. */
interface ImportTarget {
  table: TableVersion | null;
  request: ImportRequest;
  signal: AbortSignal | undefined;
}

const BYTES_PER_VALUE = 8;

/** A lakehouse that is gone when it is closed. */
export class MemoryLakehouse extends HistoryLakehouse<TableVersion> implements Lakehouse {
  readonly #folder: string;
  readonly #sources: SourceAccess;

  private constructor(folder: string) {
    super();
    this.#folder = folder;
    this.#sources = new SourceAccess(new Staging(folder), {});
  }

  /** Makes an empty lakehouse. */
  static async open(): Promise<MemoryLakehouse> {
    return new MemoryLakehouse(await Deno.makeTempDir({ prefix: "wap-memory-" }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }

  diff(from: string, to: string): Promise<TableChange[]> {
    return Promise.try(() =>
      this.history.diff(from, to).map(({ table, before, after }) => {
        if (before === undefined) return { table, kind: "created", schemaChanged: true };
        if (after === undefined) return { table, kind: "dropped", schemaChanged: true };
        const kind = before.parts.every((part) => after.parts.includes(part)) ? "appended" : "rewritten";
        return { table, kind, schemaChanged: digestOf(before.schema) !== digestOf(after.schema) };
      })
    );
  }

  listTables(ref: string, { namespace }: { namespace?: string } = {}): Promise<TableInfo[]> {
    return Promise.try(() => {
      const tables = [...this.history.tables(ref)].map(([name, version]) => ({ ...parseTableName(name), ...measure(version) }));
      const wanted = tables.filter((table) => (namespace ?? table.namespace) === table.namespace);
      return wanted.toSorted((a, b) => (formatTableName(a) < formatTableName(b) ? -1 : 1));
    });
  }

  findTable(table: TableName, { ref }: { ref: string }): Promise<TableDetail | null> {
    return Promise.try(() => {
      const found = this.history.tables(ref).get(formatTableName(table));
      return found === undefined ? null : { ...table, ...measure(found), columns: found.schema.fields.map(toColumn), version: found.version };
    });
  }

  async planImport(request: ImportRequest, { ref, signal }: { ref: string; signal?: AbortSignal }): Promise<ImportPlan> {
    const table = this.history.tables(ref).get(checkedName(request.table)) ?? null;
    const sources: ReadySource[] = [];
    for (const source of await findSources(request.from, { format: request.format })) sources.push(await this.#sources.prepare(source, signal));
    const files = sources.map((source): PlannedFile => {
      const { uri, size, fingerprint, format } = source;
      return { uri, size, fingerprint, format, status: statusOf(source, { request, known: table?.files.get(uri) }) };
    });
    const news = sources.filter((_, index) => files[index]!.status === "new");
    if (news.length === 0) return { request, files, columns: [], addedColumns: [] };
    const { evolution } = await this.#readFiles(news, { table, request, signal }, (_, shape) => Promise.resolve(shape));
    return { request, files, columns: evolution.targets.map(toColumn), addedColumns: table === null ? [] : evolution.added };
  }

  async applyImport(
    { request, files }: ImportPlan,
    options: CommitInfo & { branch: string; signal?: AbortSignal; onProgress?: (progress: ImportProgress) => void },
  ): Promise<ImportReport> {
    const { branch, signal, onProgress } = options;
    const name = checkedName(request.table);
    const table = this.history.tables(branch).get(name) ?? null;
    const isNew = (file: PlannedFile) => file.status === "new" && statusOf(file, { request, known: table?.files.get(file.uri) }) === "new";
    const news = files.filter(isNew);
    const skipped = { filesImported: 0, filesSkipped: files.length - news.length, rowsImported: 0, bytesImported: 0 };
    if (news.length === 0) return { commit: this.history.resolve(branch), ...skipped };

    const sources: ReadySource[] = [];
    for (const file of news) sources.push(await this.#sources.reopen(file, signal));
    const { rows, schema } = await this.#readFiles(sources, { table, request, signal }, async (session, { select, evolution }) => {
      return { rows: await collectRows(session, await session.stream(select)), schema: evolution.schema };
    });
    const added = { schema, parts: [rows], files: new Map(news.map((file) => [file.uri, file.fingerprint])) };
    const commit = this.history.commit(branch, options, {
      table: name,
      change: (now) => (now === undefined || request.mode === "replace" ? withVersion(added) : append(now, added)),
    });
    const bytes = news.reduce((sum, file) => sum + file.size, 0);
    onProgress?.({ files: news.length, totalFiles: news.length, rows: rows.count, bytes, totalBytes: bytes });
    return { ...skipped, commit, filesImported: news.length, rowsImported: rows.count, bytesImported: bytes };
  }

  async materialize(
    options: CommitInfo & { branch: string; table: TableName; sql: string; signal?: AbortSignal },
  ): Promise<{ commit: string; records: number }> {
    const { branch, sql, signal } = options;
    const table = checkedName(options.table);
    using sandbox = await Sandbox.open(relationsOf(this.history.tables(branch)), signal);
    const rows = await collectRows(sandbox, await sandbox.select(sql)).catch((error) => {
      throw toSqlError(error, signal);
    });
    const change = (now?: TableVersion) => withVersion({ schema: schemaOf(rows), parts: [rows], files: now?.files ?? new Map() });
    return { commit: this.history.commit(branch, options, { table, change }), records: rows.count };
  }

  async query(sql: string, { ref, added = {}, signal }: QueryOptions): Promise<Table> {
    const relations = relationsOf(this.history.tables(ref));
    for (const [name, { table, since }] of Object.entries(added)) relations.push({ name, parts: this.#parts(table, { ref, since }) });
    using sandbox = await Sandbox.open(relations, signal);
    try {
      return await toArrowTable(sandbox, await sandbox.select(sql));
    } catch (error) {
      throw toSqlError(error, signal);
    }
  }

  async *scan({ table, ref, columns, since, signal }: ScanRequest): AsyncGenerator<RecordBatch> {
    using sandbox = await Sandbox.open([{ name: "scanned", parts: this.#parts(table, { ref, since }) }], signal);
    const list = columns?.map(quoteName).join(", ") ?? "*";
    yield* toRecordBatches(sandbox, await sandbox.select(`SELECT ${list} FROM scanned`));
  }

  /** A table's parts at a ref that it did not have at a commit; if there are none, one without rows, for its columns. */
  #parts(table: TableName, { ref, since }: { ref: string; since?: string }): readonly Rows[] {
    const name = formatTableName(table);
    const found = this.history.tables(ref).get(name);
    if (found === undefined) throw new NotFoundError(`Cannot find table "${name}" at "${ref}": there is none`);
    const earlier = since === undefined ? [] : this.history.tables(since).get(name)?.parts ?? [];
    return found.parts.map((part) => (earlier.includes(part) ? { ...part, columns: part.columns.map(() => []), count: 0 } : part));
  }

  /** Has `work` read the rows of files in the shape they are to have in a table. */
  async #readFiles<T>(sources: ReadySource[], target: ImportTarget, work: (session: Session, shape: ImportShape) => Promise<T>): Promise<T> {
    const { table, request: { transform }, signal } = target;
    using session = await Session.open({ tempDirectory: `${this.#folder}/spill`, signal });
    const files: InspectedFile[] = [];
    for (const source of sources) files.push(await this.#sources.inspect(session, source, signal));
    try {
      return await work(session, await shapeImport(session, { files, schema: table?.schema ?? emptySchema(), transform }));
    } catch (error) {
      throw toSqlError(error, signal);
    }
  }
}

function checkedName(table: TableName): string {
  const name = formatTableName(table);
  parseTableName(name);
  return name;
}

function statusOf(
  { fingerprint, uri }: Pick<PlannedFile, "fingerprint" | "uri">,
  { request, known }: { request: ImportRequest; known: string | undefined },
): PlannedFile["status"] {
  if (known === undefined || request.importDuplicateFiles || request.mode === "replace") return "new";
  if (known === fingerprint) return "imported";
  throw new TerminalError(`Cannot import "${decodeURI(uri)}": the table has rows of an earlier content of it`);
}

function append(table: TableVersion, added: Omit<TableVersion, "version">): TableVersion {
  const names = added.schema.fields.map((field) => field.name);
  const fields = [...added.schema.fields, ...table.schema.fields.filter((field) => !names.includes(field.name))];
  return withVersion({ schema: { ...added.schema, fields }, parts: [...table.parts, ...added.parts], files: new Map([...table.files, ...added.files]) });
}

function withVersion(table: Omit<TableVersion, "version">): TableVersion {
  return { ...table, version: crypto.randomUUID() };
}

function schemaOf({ names, types }: Rows): Schema {
  const fields = names.map((name, index) => ({ id: index + 1, name, type: fromDuckDBType(types[index]!), required: false as const }));
  return { fields, lastColumnId: fields.length, provisional: [] };
}

function relationsOf(tables: Tables<TableVersion>): Relation[] {
  return [...tables].map(([table, { parts }]) => ({ ...parseTableName(table), parts }));
}

function measure({ parts }: TableVersion): { records: number; size: number } {
  const size = parts.reduce((sum, part) => sum + part.count * part.columns.length * BYTES_PER_VALUE, 0);
  return { records: parts.reduce((sum, part) => sum + part.count, 0), size };
}
