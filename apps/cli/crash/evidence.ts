/**
 * Evidence: everything a run left behind that two undisturbed runs of one flow have in common, so that a run that was killed can be held against one that
 * was not.
 *
 * @module
 */
import { arrowRows, canonicalJson, type Commit, formatTableName, type Lakehouse, type RunReport, sha256, type StoredRun } from "@wap/core";
import { findHistoryFaults } from "@wap/core/crash";
import { reportOf, type RunStore } from "@wap/core/store";
import { exitCodeOfRun } from "../exit_code.ts";
import type { CrashHome } from "./crash_home.ts";

/** What is compared. */
export interface Evidence {
  /** The run as it is reported, without what is another one in every run. */
  run: {
    state: string;
    tables: RunReport["tables"];
    undo: Task[];
    followUp: Task[];
    error: string | null;
  };
  /** Branches and tags. */
  refs: string[];
  /** The target: the runs that were published to it, latest first; the imports they made; how often it was moved. */
  target: { publishes: string[]; imports: string[]; moves: number; tables: TableEvidence[] };
  /** Files and folders of the lakehouse. */
  files: Record<string, number>;
}

/** A table's rows. */
export interface TableEvidence {
  /** Its name. */
  name: string;
  /** How many rows it has. */
  records: number;
  /** A digest of them, whatever their order. */
  rows: string;
}

interface Task {
  step: string;
  status: string;
}

/** What an inspection found. */
export interface Inspection {
  /** What is compared. */
  evidence: Evidence;
  /** The exit code that `wap resume` has for the run as it stands. */
  exitCode: number;
  /** What is wrong whatever an undisturbed run does. */
  faults: string[];
}

/** Stands for the run's id, which no two runs share. */
const RUN_ID = "<id>";
const HASH_BITS = 64;

/** Inspects what a run left in a home. */
export async function inspectRun(home: CrashHome, runId: string): Promise<Inspection> {
  const files = await home.countFiles();
  const { run, faults } = home.readStore((store) => {
    const run = store!.find(runId);
    return { run, faults: [...findHistoryFaults(store!, runId), ...findLeaseFaults(store!, runId)] };
  });
  const report = reportOf(run, null);
  const exitCode = exitCodeOfRun(report, { usage: run.context.failure?.error.name === "UsageError" });
  return await home.readLakehouse(async (lakehouse) => {
    const commits = await Array.fromAsync(lakehouse.log(run.target));
    const refs = (await lakehouse.listRefs()).map((ref) => ref.name.replaceAll(runId, RUN_ID));
    const evidence = { run: describeRun(report), refs, target: await describeTarget(run, { commits, lakehouse }), files };
    return { evidence, exitCode, faults: [...faults, ...findPublishFaults(report, commits)] };
  });
}

/**
 * Says in which points two pieces of evidence differ.
 *
 * @param expected What there should be.
 * @param actual What there is.
 * @returns One sentence per difference, each beginning with the path of the field.
 */
export function findDifferences(expected: unknown, actual: unknown, path = ""): string[] {
  if (canonicalJson(expected) === canonicalJson(actual)) return [];
  if (!isPlainObject(expected) || !isPlainObject(actual)) return [`${path} is ${JSON.stringify(actual)}, undisturbed it is ${JSON.stringify(expected)}`];
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  return keys.flatMap((key) => findDifferences(expected[key] ?? null, actual[key] ?? null, path === "" ? key : `${path}.${key}`));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function describeRun({ state, tables, undo, followUp, error }: RunReport): Evidence["run"] {
  const plain = ({ step, status }: Task): Task => ({ step, status });
  return { state, tables, undo: undo.map(plain), followUp: followUp.map(plain), error: error?.code ?? null };
}

async function describeTarget(run: StoredRun, { commits, lakehouse }: { commits: Commit[]; lakehouse: Lakehouse }): Promise<Evidence["target"]> {
  const named = (commit: Commit) => commit.properties["wap.run_id"]?.replace(run.id, RUN_ID) ?? "";
  const publishes = commits.filter(isPublish).map(named);
  const imports = commits.filter(({ properties }) => properties["wap.step"] !== undefined).map((commit) => `${named(commit)} ${commit.properties["wap.step"]}`);
  const tables: TableEvidence[] = [];
  for (const { namespace, name, records } of await lakehouse.listTables(run.target)) {
    const rows = await lakehouse.query(`select * from "${namespace}"."${name}"`, { ref: run.target });
    tables.push({ name: formatTableName({ namespace, name }), records, rows: digestRows(arrowRows(rows)) });
  }
  return { publishes, imports, moves: countMoves(commits), tables };
}

function isPublish({ properties }: Commit): boolean {
  return properties["wap.audit"] !== undefined;
}

/** How many commits lead to the head when only first parents are followed: each is one move of the branch. */
function countMoves(commits: Commit[]): number {
  const parentOf = new Map(commits.map(({ hash, parents }) => [hash, parents[0]]));
  let moves = 0;
  for (let at = commits[0]?.hash; at !== undefined; at = parentOf.get(at)) moves++;
  return moves;
}

/** The sum of the rows' hashes: the same for the same rows in any order. */
function digestRows(rows: Record<string, unknown>[]): string {
  const hashes = rows.map((row) => BigInt(`0x${sha256(canonicalJson(row)).slice(0, HASH_BITS / 4)}`));
  return BigInt.asUintN(HASH_BITS, hashes.reduce((sum, hash) => sum + hash, 0n)).toString(16);
}

function findLeaseFaults(store: RunStore, runId: string): string[] {
  const owner = store.ownerOf(runId);
  return owner === null ? [] : [`${owner} still holds the run`];
}

/** A run is published by one commit, which it names; a run that is not published has none. */
function findPublishFaults({ id, publish }: RunReport, commits: Commit[]): string[] {
  const own = commits.filter((commit) => isPublish(commit) && commit.properties["wap.run_id"] === id).map((commit) => commit.hash);
  if (own.length > 1) return [`${own.length} commits publish it`];
  if (own[0] === publish?.commit) return [];
  return [`it names ${publish?.commit ?? "no commit"} as its publish, the target has ${own[0] ?? "none"}`];
}
