/**
 * DBOS on a PostgreSQL server of the benchmark's own, where both are installed.
 *
 * @module
 */
import { Postgres } from "./postgres.ts";

/** Starts PostgreSQL for DBOS; says what is missing and answers null where the comparison has to do without. */
export async function startDbos(): Promise<Postgres | null> {
  try {
    await import("@dbos-inc/dbos-sdk");
  } catch (error) {
    console.error(`Without DBOS: its SDK cannot be loaded: ${(error as Error).message}`);
    return null;
  }
  const postgres = await Postgres.start();
  if (postgres === null) console.error('Without DBOS: PostgreSQL is not installed; on Debian, "apt-get install postgresql"');
  return postgres;
}
