/**
 * A whole `wap run` over 5 million rows, beside the same import and checks in plain DuckDB SQL. Whole processes, from spawn to exit.
 *
 * @module
 */
import { join } from "node:path";
import { compare, type Comparison, measure, runCommand, workspacePath } from "./measure.ts";
import { writeTrips } from "./trips.ts";

const ROWS = 5_000_000;
const CHECKS = [
  "not_null(passenger_count, max_pct=10)",
  "range(fare_amount, min=0, max=500)",
  "accepted_values(store_and_fwd_flag, values=[Y, N])",
  "expression('dropoff_datetime >= pickup_datetime')",
  "unique(trip_id)",
];

/** Measures it. */
export async function benchImportAudit(): Promise<Comparison[]> {
  const folder = await Deno.makeTempDir();
  try {
    const source = join(folder, "trips.parquet");
    await writeTrips(source, ROWS);
    let round = 0;
    const fresh = () => {
      round++;
    };
    const run = [
      "run",
      "-A",
      workspacePath("apps/cli/main.ts"),
      "run",
      "--table_name",
      "trips",
      "--from",
      source,
      ...CHECKS.flatMap((check) => ["--check", check]),
    ];
    const timings = await measure([
      { name: "wap run", prepare: fresh, run: () => runCommand([...run, "--home", join(folder, `home${round}`)]) },
      {
        name: "plain DuckDB",
        run: () => runCommand(["run", "-A", workspacePath("bench/peers/import_and_audit.ts"), source, join(folder, `plain${round}.parquet`)]),
      },
    ], { rounds: 5 });
    return [compare("import and audit of 5 million rows", timings, { limit: 1.3 })];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
