/**
 * `wap lakehouse`: looking into the lakehouse.
 *
 * @module
 */
import { type Lakehouse, UsageError } from "@wap/core";
import { type Command, type Invocation, LAKEHOUSE_FLAG } from "../command.ts";
import { EXIT } from "../exit_code.ts";
import { positive } from "../flag_values.ts";
import { print, printJson } from "../output.ts";
import { formatBytes, textTable } from "../render/text_table.ts";

/** The verb. */
export const command: Command = {
  summary: "Look into the lakehouse: its branches, tables and commits, and query any of them.",
  usage: 'branches | tables | log | query "<sql>"',
  arity: [1, 2],
  flags: {
    ref: { type: "string", value: "REF", help: "a branch, a tag, branch@hash or a hash (main)" },
    namespace: { type: "string", value: "NAME", help: "only tables of this namespace" },
    limit: { type: "string", value: "N", help: "at most so many commits (20)" },
    ...LAKEHOUSE_FLAG,
  },
  notes: "A query is one SELECT. It reads the tables at the ref, writes nothing, and reaches nothing outside the lakehouse.",
  examples: [
    "lakehouse branches",
    "lakehouse tables --ref main",
    "lakehouse log --limit 5 --json",
    'lakehouse query "select count(*) from taxi.yellow_trips" --ref main',
  ],
  async run(invocation, workspace) {
    const [what, ...rest] = invocation.positionals;
    const look = Object.hasOwn(LOOKS, what!) ? LOOKS[what!] : undefined;
    if (!look || rest.length !== (what === "query" ? 1 : 0)) {
      throw new UsageError(`Cannot look into the lakehouse: "${invocation.positionals.join(" ")}" is not one of its verbs`, {
        hint: 'Write: wap lakehouse branches | tables | log | query "<sql>"',
      });
    }
    const { json, text } = await look(await workspace.lakehouse(), invocation);
    if (invocation.has("json")) printJson(json);
    else print(text());
    return EXIT.ok;
  },
};

/** An answer as JSON, and as text if that is asked for. */
interface Answer {
  json: unknown;
  text: () => string;
}

const LOOKS: Record<string, (lakehouse: Lakehouse, invocation: Invocation) => Promise<Answer>> = { branches, tables, log, query };

function refOf(invocation: Invocation): string {
  return invocation.text("ref") ?? "main";
}

async function branches(lakehouse: Lakehouse): Promise<Answer> {
  const found = await lakehouse.listRefs({ kind: "branch" });
  const json = { branches: found.map(({ name, hash }) => ({ name, hash })) };
  return { json, text: () => textTable(["BRANCH", "COMMIT"], found.map(({ name, hash }) => [name, hash.slice(0, 12)])) };
}

async function tables(lakehouse: Lakehouse, invocation: Invocation): Promise<Answer> {
  const found = await lakehouse.listTables(refOf(invocation), { namespace: invocation.text("namespace") });
  const json = { tables: found.map(({ namespace, name, records, size }) => ({ namespace, name, records, size })) };
  const rows = found.map(({ namespace, name, records, size }) => [`${namespace}.${name}`, records, formatBytes(size)]);
  return { json, text: () => found.length === 0 ? `No tables at ${refOf(invocation)}` : textTable(["TABLE", "ROWS", "SIZE"], rows) };
}

async function log(lakehouse: Lakehouse, invocation: Invocation): Promise<Answer> {
  const commits = await Array.fromAsync(lakehouse.log(refOf(invocation), { limit: positive(invocation, "limit") ?? 20 }));
  const rows = commits.map(({ hash, committedAt, message }) => [hash.slice(0, 12), committedAt, message]);
  return { json: { commits }, text: () => textTable(["COMMIT", "AT", "MESSAGE"], rows) };
}

async function query(lakehouse: Lakehouse, invocation: Invocation): Promise<Answer> {
  const { arrowColumns, arrowRows } = await import("@wap/core");
  const ref = refOf(invocation);
  const result = await lakehouse.query(invocation.positionals[1]!, { ref });
  const columns = arrowColumns(result);
  const rows = arrowRows(result);
  return {
    json: { ref, columns, rows },
    text: () => textTable(columns.map((column) => column.name), rows.map((row) => columns.map((column) => cell(row[column.name])))),
  };
}

function cell(value: unknown): string | number {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
