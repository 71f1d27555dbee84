/**
 * Leases: who executes a run. A change of hands raises the fence; every write of an executor checks it in the same transaction.
 *
 * @module
 */
import { and, eq, sql } from "drizzle-orm";
import type { BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import { LeaseLostError, RunOwnedError } from "../errors.ts";
import { isKnownDead, ownIdentity } from "./process_identity.ts";
import { prepareOnUse } from "./prepare_on_use.ts";
import { leases } from "./schema.ts";

/** Timed ownership of a run. */
export interface Lease {
  /** The run. */
  runId: string;
  /** Grows with every change of hands. */
  fence: number;
}

/** How long a lease lasts without a heartbeat. */
export const LEASE_MS = 30_000;
/** How often an executor renews it. */
export const HEARTBEAT_MS = 10_000;

/** The leases of a store. The methods do not open transactions: call them inside one. */
export class Leases {
  readonly #statements: ReturnType<typeof prepareStatements>;

  /** The leases in `db`. */
  constructor(db: BetterSQLite3Database) {
    this.#statements = prepareStatements(db);
  }

  /** Takes a run that nobody holds. @throws {RunOwnedError} If a process that may be alive holds it. */
  acquire(runId: string, now: number): Lease {
    const owner = this.ownerOf(runId, now);
    if (owner !== null) throw new RunOwnedError(runId, owner);
    const fence = (this.#statements.find.get({ runId })?.fence ?? 0) + 1;
    this.#statements.take.run({ runId, fence, expiresAt: now + LEASE_MS });
    return { runId, fence };
  }

  /** Who holds a run, or null when nobody does, the lease expired, or its owner is known to be dead. */
  ownerOf(runId: string, now: number): string | null {
    const lease = this.#statements.find.get({ runId });
    if (!lease?.owner || lease.expiresAt <= now || isKnownDead(lease.owner)) return null;
    return lease.owner;
  }

  /** Whether a lease is still held. */
  isHeld({ runId, fence }: Lease): boolean {
    return this.#statements.findMine.get({ runId, fence }) !== undefined;
  }

  /** Makes sure that a lease is still held; extends it once a heartbeat is due. @throws {LeaseLostError} If another process took it. */
  hold({ runId, fence }: Lease, now: number): void {
    const mine = this.#statements.findMine.get({ runId, fence });
    if (!mine) throw new LeaseLostError(runId);
    if (mine.expiresAt - now <= LEASE_MS - HEARTBEAT_MS) this.renew({ runId, fence }, now);
  }

  /** Extends a lease. @throws {LeaseLostError} If another process took it. */
  renew({ runId, fence }: Lease, now: number): void {
    if (this.#statements.renew.run({ runId, fence, expiresAt: now + LEASE_MS }).changes === 0) throw new LeaseLostError(runId);
  }

  /** Gives a lease back; does nothing if it was lost. */
  release({ runId, fence }: Lease): void {
    this.#statements.release.run({ runId, fence });
  }
}

function prepareStatements(db: BetterSQLite3Database) {
  const { placeholder } = sql;
  const isMine = and(eq(leases.runId, placeholder("runId")), eq(leases.fence, placeholder("fence")), eq(leases.owner, ownIdentity()));
  return prepareOnUse({
    find: () => db.select().from(leases).where(eq(leases.runId, placeholder("runId"))).prepare(),
    findMine: () => db.select({ expiresAt: leases.expiresAt }).from(leases).where(isMine).prepare(),
    take: () =>
      db.insert(leases)
        .values({ runId: placeholder("runId"), fence: placeholder("fence"), owner: ownIdentity(), expiresAt: placeholder("expiresAt") })
        .onConflictDoUpdate({
          target: leases.runId,
          set: { fence: sql`excluded.fence`, owner: sql`excluded.owner`, expiresAt: sql`excluded.expires_at` },
        }).prepare(),
    renew: () => db.update(leases).set({ expiresAt: sql`${placeholder("expiresAt")}` }).where(isMine).prepare(),
    release: () => db.update(leases).set({ owner: null, expiresAt: 0 }).where(isMine).prepare(),
  });
}
