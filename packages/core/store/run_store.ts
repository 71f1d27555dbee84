/**
 * The run store: runs, their history and their leases in one SQLite file.
 *
 * @module
 */
import { and, asc, desc, eq, gte, inArray, lt, notInArray, type SQL, sql } from "drizzle-orm";
import { type BetterSQLite3Database, drizzle } from "drizzle-orm/better-sqlite3";
import { NotFoundError, UsageError } from "../errors.ts";
import type { FlowSpec } from "../flow.ts";
import { type Effect, effectOf } from "../machine/effect.ts";
import type { MachineState } from "../machine/advance.ts";
import type { WapContext } from "../machine/context.ts";
import type { WapEvent } from "../machine/events.ts";
import { explaining, openSqlite, type SqliteDatabase, type SqliteFormat } from "../sqlite.ts";
import { isWaiting, type Outcome, outcomeOf, type RunState } from "../run.ts";

import { type Lease, Leases } from "./leases.ts";
import runsMigration from "./migrations/0000_runs.sql" with { type: "text" };
import type { HistoryEvent, RunInputs, StoredRun } from "./records.ts";
import { prepareStatements, type Statements } from "./statements.ts";
import { events, inputs, runs } from "./schema.ts";
import { Writer } from "./writer.ts";

/** A run to be stored. */
export interface NewRun {
  /** Its id. */
  id: string;
  /** What it is to do. */
  spec: FlowSpec;
  /** The flow's file, or null. */
  source: string | null;
  /** The flow's step and check names, hashed. */
  fingerprint: string;
  /** The backend. */
  lakehouse: string;
  /** The machine's first context. */
  context: WapContext;
  /** Same flow and key: the same run. */
  idempotencyKey: string | null;
  /** Hash of everything asked for. */
  inputDigest: string;
}

/** What {@linkcode RunStore.list} filters on. */
export interface RunFilter {
  /** Only this flow. */
  flow?: string;
  /** Only this state. */
  state?: RunState;
  /** Only this outcome. */
  outcome?: Outcome;
  /** At most so many. */
  limit?: number;
}

/** One transition to be stored. */
export interface Transition {
  /** What happened. */
  event: WapEvent;
  /** Where the run stands now. */
  next: MachineState;
  /** What the step found out, too large for the context. */
  output?: { step: string; body: unknown };
  /** What the run is to do from now on, where a person accepted a changed flow. */
  inputs?: { spec: FlowSpec; fingerprint: string };
  /** Give the run back with it, if the run then wants nothing done and no cancel was asked for that its executor has to see to. */
  release?: boolean;
}

/** "wapr" in ASCII. */
const FORMAT: SqliteFormat = { what: "run store", applicationId: 0x77617072, migrations: [runsMigration] };

const FINAL_STATES: RunState[] = ["published", "unchanged", "rejected", "failed", "cancelled", "rollbackFailed"];

/** Runs, their history and their leases. Reads are synchronous; writes are durable when their promise resolves. */
export class RunStore implements Disposable {
  readonly #database: SqliteDatabase;
  readonly #db: BetterSQLite3Database;
  readonly #statements: Statements;
  readonly #leases: Leases;
  readonly #writer: Writer;
  readonly #now: () => Date;
  /** Runs statements and says in words what SQLite objects to. */
  readonly #read: <T>(work: () => T) => T;

  /** Opens the store at `path`, making it if need be. @throws {TerminalError} @throws {UsageError} */
  static open(path: string, options: { now?: () => Date } = {}): RunStore {
    const { now = () => new Date() } = options;
    const database = openSqlite(path, FORMAT);
    const read = <T>(work: () => T): T => explaining(path, FORMAT.what, work);
    return read(() => new RunStore(database, { read, now }));
  }

  private constructor(database: SqliteDatabase, { read, now }: { read: <T>(work: () => T) => T; now: () => Date }) {
    this.#database = database;
    this.#db = drizzle(database);
    this.#statements = prepareStatements(this.#db);
    this.#leases = new Leases(this.#db);
    this.#read = read;
    this.#writer = new Writer(database, { explaining: read });
    this.#now = now;
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#writer.flush();
    this.#database.close();
  }

  /**
   * Stores a new run in state `queued`. With an idempotency key that the flow has seen, returns the run stored then.
   *
   * @param run The run.
   * @param options Whether this process takes it for execution at once.
   * @returns The run, whether it is new, and the lease if it was taken; a run that was stored before is not.
   * @throws {UsageError} If the key was used with another input.
   */
  create(run: NewRun, { take = false } = {}): Promise<{ run: StoredRun; created: boolean; lease: Lease | null }> {
    return this.#writer.write(() => {
      const known = run.idempotencyKey === null ? undefined : this.#statements.runByKey.get({ flow: run.spec.name, key: run.idempotencyKey });
      if (known) return { run: sameInput(known, run), created: false, lease: null };
      const at = this.#now().getTime();
      const { id, spec, context } = run;
      const { name: flow, version, target } = spec;
      this.#statements.addRun.run({ ...run, flow, version, target, branch: context.branch, context: JSON.stringify(context), at });
      this.#statements.addInputs.run({ ...run, spec: JSON.stringify(spec) });
      this.#statements.addEvent.run({
        runId: id,
        number: 1,
        at,
        type: "CREATED",
        fromState: null,
        toState: "queued",
        nextStep: effectOf("queued", context)?.step ?? null,
        body: "{}",
      });
      const lease = take ? this.#take(id) : null;
      return { run: this.#get(id), created: true, lease };
    });
  }

  /** The run with this id, or the only one whose id begins so. @throws {NotFoundError} @throws {UsageError} If several do. */
  find(idOrPrefix: string): StoredRun {
    return this.#read(() => {
      const exact = this.#statements.runById.get({ id: idOrPrefix });
      if (exact) return exact;
      const upper = idOrPrefix + "\uffff";
      const matches = idOrPrefix === "" ? [] : this.#db.select().from(runs).where(and(gte(runs.id, idOrPrefix), lt(runs.id, upper))).limit(2).all();
      if (matches.length === 1) return matches[0]!;
      if (matches.length === 0) {
        throw new NotFoundError(`Cannot find run "${idOrPrefix}": no run has that id`, { code: "run_not_found", hint: 'See the runs with "wap list"' });
      }
      throw new UsageError(`Cannot find run "${idOrPrefix}": several ids begin so`, { code: "ambiguous_id", hint: "Give more of the id" });
    });
  }

  /** Runs, newest first. */
  list(filter: RunFilter = {}): StoredRun[] {
    return this.#read(() => {
      const conditions: SQL[] = [];
      if (filter.flow !== undefined) conditions.push(eq(runs.flow, filter.flow));
      if (filter.state !== undefined) conditions.push(eq(runs.state, filter.state));
      if (filter.outcome !== undefined) conditions.push(eq(runs.outcome, filter.outcome));
      return this.#db.select().from(runs).where(and(...conditions)).orderBy(desc(runs.createdAt), sql`rowid desc`).limit(filter.limit ?? 20).all();
    });
  }

  /**
   * Runs that a process should take up, oldest first: held by nobody alive, and neither ended nor waiting for a person; or waiting, but a cancel was
   * asked for or the time to approve is over.
   */
  interrupted(): StoredRun[] {
    return this.#read(() => {
      const open = this.#db.select().from(runs).where(notInArray(runs.state, FINAL_STATES)).orderBy(asc(runs.createdAt)).all();
      return open.filter((run) => (!isWaiting(run.state) || run.cancelBy !== null || this.#isOverdue(run)) && this.ownerOf(run.id) === null);
    });
  }

  /**
   * Whether an older run is on its way to the same tables of the same target, in a process that is alive. Runs that get in each other's way let the oldest
   * go first, so that one of them always arrives.
   */
  isElderUnderWay(run: Pick<StoredRun, "id" | "lakehouse" | "target" | "createdAt" | "context">): boolean {
    const tables = new Set(run.context.tables.map((table) => table.name));
    const others = this.#statements.runsUnderWay.all({ lakehouse: run.lakehouse, target: run.target, createdAt: run.createdAt });
    const elders = others.filter((other) => other.createdAt < run.createdAt || other.id < run.id);
    return elders.some((other) => other.context.tables.some((table) => tables.has(table.name)) && this.ownerOf(other.id) !== null);
  }

  /** Runs that ended and left one of these branches behind, the newest for each; none where another run of that branch still needs it. */
  endedWithBranch(branches: string[]): StoredRun[] {
    return this.#read(() => {
      const found = this.#db.select().from(runs).where(inArray(runs.branch, branches)).orderBy(asc(runs.createdAt)).all();
      const needed = new Set(found.filter(needsBranch).map((run) => run.branch));
      const left = found.filter((run) => leftBranch(run) && !needed.has(run.branch));
      return [...new Map(left.map((run) => [run.branch, run])).values()];
    });
  }

  /** What a run was asked to do. */
  inputs(runId: string): RunInputs {
    return this.#read(() => this.#statements.inputsOf.get({ runId })!);
  }

  /** A run's history, oldest first. */
  history(runId: string): HistoryEvent[] {
    return this.#read(() => this.#db.select().from(events).where(eq(events.runId, runId)).orderBy(asc(events.number)).all());
  }

  /** What a step stored besides its event, or null. */
  output(runId: string, step: string): unknown {
    return this.#read(() => this.#statements.outputOf.get({ runId, step })?.body ?? null);
  }

  /** Who executes a run now, or null. */
  ownerOf(runId: string): string | null {
    return this.#leases.ownerOf(runId, this.#now().getTime());
  }

  /** Takes a run for execution by this process. @throws {RunOwnedError} If another holds it. */
  acquire(runId: string): Promise<Lease> {
    return this.#writer.write(() => this.#take(runId));
  }

  /** Shows that the executor lives. @throws {LeaseLostError} If another process took the run. */
  renew(lease: Lease): Promise<void> {
    return this.#writer.write(() => this.#leases.renew(lease, this.#now().getTime()));
  }

  /** Gives a run back, unless that was done with its last transition. */
  async release(lease: Lease): Promise<void> {
    if (this.#leases.isHeld(lease)) await this.#writer.write(() => this.#leases.release(lease));
  }

  /** Stores a transition: state, history and output in one transaction. @throws {LeaseLostError} If another process took the run. */
  record(lease: Lease, transition: Transition): Promise<StoredRun> {
    return this.#writer.write(() => {
      const at = this.#now().getTime();
      this.#leases.hold(lease, at);
      const { event, next, output, inputs: changed, release } = transition;
      const { runId } = lease;
      const before = this.#statements.headById.get({ id: runId })!;
      const outcome = outcomeOf(next.state);
      const number = before.eventCount + 1;
      const settled = outcome === before.outcome ? null : { outcome, finishedAt: outcome === null ? null : at };
      this.#statements.moveRun.run({ id: runId, state: next.state, context: JSON.stringify(next.context), number, at });
      if (settled) this.#statements.settleRun.run({ id: runId, ...settled });
      const { type, ...body } = event;
      const nextStep: Effect["step"] | null = effectOf(next.state, next.context)?.step ?? null;
      this.#statements.addEvent.run({ runId, number, at, type, fromState: before.state, toState: next.state, nextStep, body: JSON.stringify(body) });
      if (changed) this.#db.update(inputs).set(changed).where(eq(inputs.runId, runId)).run();
      if (output) this.#statements.putOutput.run({ runId, step: output.step, body: JSON.stringify(output.body) });
      if (release && nextStep === null && before.cancelBy === null) this.#leases.release(lease);
      return { ...before, ...next, ...settled, eventCount: number, updatedAt: at };
    });
  }

  /** Asks whoever executes, or will execute, a run to cancel it. */
  requestCancel(runId: string, request: { by: string; reason: string | null }): Promise<void> {
    return this.#writer.write(() => {
      this.#db.update(runs).set({ cancelBy: request.by, cancelReason: request.reason }).where(eq(runs.id, runId)).run();
    });
  }

  /** A run's cancel request, or null. */
  cancelRequest(runId: string): { by: string; reason: string | null } | null {
    const { by, reason } = this.#statements.cancelOf.get({ id: runId })!;
    return by === null ? null : { by, reason };
  }

  #take(runId: string): Lease {
    const lease = this.#leases.acquire(runId, this.#now().getTime());
    this.#statements.countAttempt.run({ id: runId });
    return lease;
  }

  #isOverdue(run: StoredRun): boolean {
    if (run.state !== "awaitingApproval") return false;
    const { approvalExpiresMs, deadlineMs } = this.inputs(run.id).spec.limits;
    const now = this.#now().getTime();
    return (approvalExpiresMs !== null && now > run.updatedAt + approvalExpiresMs) || (deadlineMs !== null && now > run.createdAt + deadlineMs);
  }

  #get(id: string): StoredRun {
    return this.#statements.runById.get({ id })!;
  }
}

/** Whether a run goes on with its branch, or was told to keep it. */
function needsBranch({ state, context }: StoredRun): boolean {
  return !FINAL_STATES.includes(state) || context.undo.some((entry) => entry.kind === "deleteBranch" && entry.status === "kept");
}

/** Whether a run made its branch and did not delete it. One that found the branch there has nothing to undo. */
function leftBranch({ context }: StoredRun): boolean {
  const isDone = [...context.undo, ...context.followUp].some((task) => task.kind === "deleteBranch" && task.status === "done");
  return !isDone && context.undo.some((entry) => entry.kind === "deleteBranch");
}

function sameInput(known: StoredRun, run: NewRun): StoredRun {
  if (known.inputDigest === run.inputDigest) return known;
  throw new UsageError(`Cannot start flow "${run.spec.name}": the idempotency key "${run.idempotencyKey}" was used with another input by run ${known.id}`, {
    code: "idempotency_conflict",
    hint: "Use a new key for a new input",
  });
}
