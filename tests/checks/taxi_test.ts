import { assertEquals } from "@std/assert";
import { type Check, check, type CheckResult } from "@wap/core";
import { join } from "node:path";
import { SHARED_DATA } from "../support/wap_process.ts";
import { AuditedTables } from "./audited_tables.ts";

const ignore = SHARED_DATA === null;
if (ignore) console.warn("The tests on taxi data are skipped: there is no ../shared/data");

async function auditMonth(month: string, checks: Check[]): Promise<CheckResult[]> {
  const file = join(SHARED_DATA!, `taxi/yellow_tripdata_${month}.csv`);
  await using tables = await AuditedTables.open({ "dbos.trips": { added: `select * from read_csv('${file}')` } });
  return (await tables.audit("dbos.trips", checks)).checks;
}

Deno.test({
  name: "runAudit() finds the rides without passenger count of May 2020",
  ignore,
  fn: async () => {
    const [strict, tolerant, exact] = await auditMonth("2020-05", [
      check.notNull("passenger_count"),
      check.notNull("passenger_count", { maxPct: 20 }),
      check.notNull("passenger_count", { maxPct: 16.75 }),
    ]);
    assertEquals([strict!.status, strict!.observed, strict!.failedRows], ["fail", "1,675 of 10,000 rows (16.75 %)", 1675]);
    assertEquals(strict!.sample.map((row) => row.passenger_count), [null, null, null, null, null]);
    assertEquals([tolerant!.status, exact!.status], ["pass", "pass"]);
  },
});

Deno.test({
  name: "runAudit() finds the fare of August 2018",
  ignore,
  fn: async () => {
    const [range] = await auditMonth("2018-08", [check.range("fare_amount", { max: 1000 })]);
    assertEquals([range!.status, range!.failedRows, range!.sample.map((row) => row.fare_amount)], ["fail", 1, [429490.2]]);
  },
});

Deno.test({
  name: "runAudit() lets January 2018 pass what it satisfies",
  ignore,
  fn: async () => {
    const results = await auditMonth("2018-01", [
      check.notNull(["vendor_id", "passenger_count"]),
      check.rowCount({ eq: 10_000 }),
      check.acceptedValues("store_and_fwd_flag", ["Y", "N"]),
      check.expression("pickup_datetime <= dropoff_datetime"),
      check.range("pickup_datetime", { min: "2018-01-01", strictMax: "2018-02-01", maxCount: 10 }),
      check.sqlRows("select * from {table} where trip_distance < 0"),
      check.arrow("trip_distance", async (batches) => {
        let failedRows = 0;
        for await (const batch of batches) for (const row of batch) if (row.trip_distance < 0) failedRows += 1;
        return { failedRows };
      }),
    ]);
    assertEquals(results.map(({ name, status, error }) => [name, status, error]), results.map(({ name }) => [name, "pass", null]));
  },
});
