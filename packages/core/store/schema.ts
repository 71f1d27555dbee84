/**
 * The store's tables. Migrations are generated from this file: `deno task migrations`.
 *
 * @module
 */
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { FlowSpec } from "../flow.ts";
import type { WapContext } from "../machine/context.ts";
import type { WapEvent } from "../machine/events.ts";
import type { Outcome, RunState } from "../run.ts";

/** One row per run: what changes with every transition, and what lists filter on. Times are milliseconds since 1970. */
export const runs = sqliteTable("runs", {
  id: text().primaryKey(),
  flow: text().notNull(),
  version: integer().notNull(),
  lakehouse: text().notNull(),
  target: text().notNull(),
  branch: text().notNull(),
  state: text().$type<RunState>().notNull(),
  outcome: text().$type<Outcome>(),
  context: text({ mode: "json" }).$type<WapContext>().notNull(),
  eventCount: integer("event_count").notNull().default(0),
  attempts: integer().notNull().default(0),
  idempotencyKey: text("idempotency_key"),
  inputDigest: text("input_digest").notNull(),
  cancelBy: text("cancel_by"),
  cancelReason: text("cancel_reason"),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
  finishedAt: integer("finished_at"),
}, (table) => [
  uniqueIndex("runs_by_idempotency_key").on(table.flow, table.idempotencyKey),
  index("runs_by_creation").on(table.createdAt),
  index("runs_by_flow").on(table.flow, table.createdAt),
  index("runs_by_state").on(table.state, table.createdAt),
  index("runs_by_outcome").on(table.outcome, table.createdAt),
]);

/** What a run was asked to do; written once. */
export const inputs = sqliteTable("inputs", {
  runId: text("run_id").primaryKey().references(() => runs.id, { onDelete: "cascade" }),
  spec: text({ mode: "json" }).$type<FlowSpec>().notNull(),
  source: text(),
  fingerprint: text().notNull(),
});

/** What happened to a run, in order; only ever added to. `nextStep` is what the run was about to do once the row was stored. */
export const events = sqliteTable("events", {
  runId: text("run_id").notNull().references(() => runs.id, { onDelete: "cascade" }),
  number: integer().notNull(),
  at: integer().notNull(),
  type: text().$type<WapEvent["type"] | "CREATED">().notNull(),
  fromState: text("from_state").$type<RunState>(),
  toState: text("to_state").$type<RunState>().notNull(),
  nextStep: text("next_step"),
  body: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
}, (table) => [primaryKey({ columns: [table.runId, table.number] })]);

/** What a step found out, too large for the machine's context: import plans, audit reports. */
export const outputs = sqliteTable("outputs", {
  runId: text("run_id").notNull().references(() => runs.id, { onDelete: "cascade" }),
  step: text().notNull(),
  body: text({ mode: "json" }).$type<unknown>().notNull(),
}, (table) => [primaryKey({ columns: [table.runId, table.step] })]);

/** Who executes a run, until when. `fence` grows with every change of hands. */
export const leases = sqliteTable("leases", {
  runId: text("run_id").primaryKey().references(() => runs.id, { onDelete: "cascade" }),
  fence: integer().notNull(),
  owner: text(),
  expiresAt: integer("expires_at").notNull(),
});
