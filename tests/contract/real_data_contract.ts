/**
 * The contract on real files, which are kept outside the project; `../shared/data/README.md` says what is in them.
 *
 * @module
 */
import { TerminalError } from "@wap/core";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { SHARED_DATA } from "../support/wap_process.ts";
import type { ContractTests } from "./world.ts";

function real(name: string): string {
  if (SHARED_DATA === null) throw new TypeError(`Cannot read ${name}: the real files are not there`);
  return join(SHARED_DATA, name);
}

function month(name: string): string {
  return real(`taxi/yellow_tripdata_${name}.csv`);
}

/** The contract on real files. */
export const realDataContract: ContractTests = {
  "months of taxi trips append to one table, and a month that is there is skipped": async (world) => {
    assertEquals((await world.import({ from: month("2018-01") })).rowsImported, 10_000);
    assertEquals((await world.import({ from: [month("2018-01"), month("2018-02")] })).rowsImported, 10_000);
    assertEquals(await world.rows("SELECT count(*)::INTEGER AS n, count(passenger_count)::INTEGER AS filled FROM taxi.trips"), [{ n: 20_000, filled: 20_000 }]);
    assertEquals((await world.trips()).columns.length, 18);
  },

  "missing values and outliers of taxi trips are there as they are in the files": async (world) => {
    await world.import({ from: month("20{18-08,20-01,20-05}") });
    assertEquals(
      await world.rows("SELECT count(*)::INTEGER AS n, count_if(passenger_count IS NULL)::INTEGER AS missing, max(fare_amount)::DOUBLE AS top FROM taxi.trips"),
      [{ n: 30_000, missing: 95 + 1675, top: 429490.2 }],
    );
  },

  "a file whose lines end in two ways is read in full, or refused by name": async (world) => {
    const outcome = await world.import({ from: month("2019-01") }).catch((error: unknown) => error);
    if (outcome instanceof TerminalError) {
      assertStringIncludes(outcome.message, month("2019-01"));
      return assertEquals(await world.lakehouse.listTables("main"), []);
    }
    assertEquals(await world.rows("SELECT count(*)::INTEGER AS n FROM taxi.trips"), [{ n: 10_000 }]);
  },

  "names with commas and quotes stay in their column": async (world) => {
    await world.import({ from: real("titanic.csv"), table: "history.titanic" });
    assertEquals(
      await world.rows(`SELECT count(*)::INTEGER AS n, count_if("Age" IS NULL)::INTEGER AS ageless, min("PassengerId")::INTEGER AS first FROM history.titanic`),
      [{ n: 891, ageless: 177, first: 1 }],
    );
    assertEquals(await world.rows(`SELECT "Name" FROM history.titanic WHERE "PassengerId" = 1`), [{ Name: "Braund, Mr. Owen Harris" }]);
  },

  "a Parquet file without its end is refused by name": async (world) => {
    const path = real("truncated.parquet");
    const error = await assertRejects(() => world.import({ from: path }), TerminalError);
    assertStringIncludes(error.message, path);
    assertEquals(await world.lakehouse.listTables("main"), []);
  },
};
