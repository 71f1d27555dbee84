/**
 * The store's hot statements, prepared once: building a query anew costs Drizzle as much as SQLite takes to run it.
 *
 * @module
 */
import { and, eq, getTableColumns, inArray, lte, sql } from "drizzle-orm";
import type { BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import type { RunState } from "../run.ts";
import { prepareOnUse } from "./prepare_on_use.ts";
import { events, inputs, outputs, runs } from "./schema.ts";

/** States of a run that has begun and may still publish. */
const UNDER_WAY: RunState[] = ["branching", "preparing", "importing", "transforming", "auditing", "publishing"];

/** The prepared statements of one database. */
export type Statements = ReturnType<typeof prepareStatements>;

/** Prepares the statements on `db`, each when it is first used. */
export function prepareStatements(db: BetterSQLite3Database) {
  return prepareOnUse({ ...reads(db), ...writes(db) });
}

function reads(db: BetterSQLite3Database) {
  const { placeholder } = sql;
  const isRun = eq(runs.id, placeholder("id"));
  const { context: _, ...headColumns } = getTableColumns(runs);
  return {
    runById: () => db.select().from(runs).where(isRun).prepare(),
    /** A run without its context: whoever executes it has that, and it is most of the row. */
    headById: () => db.select(headColumns).from(runs).where(isRun).prepare(),
    cancelOf: () => db.select({ by: runs.cancelBy, reason: runs.cancelReason }).from(runs).where(isRun).prepare(),
    runByKey: () => db.select().from(runs).where(and(eq(runs.flow, placeholder("flow")), eq(runs.idempotencyKey, placeholder("key")))).prepare(),
    runsUnderWay: () =>
      db.select({ id: runs.id, createdAt: runs.createdAt, context: runs.context }).from(runs).where(and(
        inArray(runs.state, UNDER_WAY),
        eq(runs.lakehouse, placeholder("lakehouse")),
        eq(runs.target, placeholder("target")),
        lte(runs.createdAt, placeholder("createdAt")),
      )).prepare(),
    inputsOf: () => db.select().from(inputs).where(eq(inputs.runId, placeholder("runId"))).prepare(),
    outputOf: () => db.select().from(outputs).where(and(eq(outputs.runId, placeholder("runId")), eq(outputs.step, placeholder("step")))).prepare(),
  };
}

function writes(db: BetterSQLite3Database) {
  const { placeholder } = sql;
  /** A placeholder where Drizzle takes only values and SQL: in `set`, and for JSON columns, which get text made by the caller. */
  const value = (name: string) => sql`${placeholder(name)}`;
  const isRun = eq(runs.id, placeholder("id"));
  return {
    addRun: () =>
      db.insert(runs).values({
        id: placeholder("id"),
        flow: placeholder("flow"),
        version: placeholder("version"),
        lakehouse: placeholder("lakehouse"),
        target: placeholder("target"),
        branch: placeholder("branch"),
        state: "queued",
        context: value("context"),
        eventCount: 1,
        idempotencyKey: placeholder("idempotencyKey"),
        inputDigest: placeholder("inputDigest"),
        createdAt: placeholder("at"),
        updatedAt: placeholder("at"),
      }).prepare(),
    addInputs: () =>
      db.insert(inputs)
        .values({ runId: placeholder("id"), spec: value("spec"), source: placeholder("source"), fingerprint: placeholder("fingerprint") }).prepare(),
    countAttempt: () => db.update(runs).set({ attempts: sql`${runs.attempts} + 1` }).where(isRun).prepare(),
    moveRun: () =>
      db.update(runs).set({
        state: value("state"),
        context: value("context"),
        eventCount: value("number"),
        updatedAt: value("at"),
      }).where(isRun).prepare(),
    /** Apart from {@linkcode moveRun}: SQLite writes an index anew for every column that is set, be its value the same. */
    settleRun: () => db.update(runs).set({ outcome: value("outcome"), finishedAt: value("finishedAt") }).where(isRun).prepare(),
    addEvent: () =>
      db.insert(events).values({
        runId: placeholder("runId"),
        number: placeholder("number"),
        at: placeholder("at"),
        type: placeholder("type"),
        fromState: placeholder("fromState"),
        toState: placeholder("toState"),
        nextStep: placeholder("nextStep"),
        body: value("body"),
      }).prepare(),
    putOutput: () =>
      db.insert(outputs).values({ runId: placeholder("runId"), step: placeholder("step"), body: value("body") })
        .onConflictDoUpdate({ target: [outputs.runId, outputs.step], set: { body: sql`excluded.body` } }).prepare(),
  };
}
