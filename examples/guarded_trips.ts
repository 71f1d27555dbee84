/**
 * A flow in code: a step between import and audit, a check over Arrow batches, and hooks on both ends.
 *
 *   deno task wap run examples/guarded_trips.ts
 *   deno task wap run examples/guarded_trips.ts --from examples/data/yellow_trips_2024-03.csv    # rejected, and undone
 */
import { check, defineFlow, step } from "@wap/core";

export default defineFlow({
  name: "guarded_trips",
  version: 1,
  from: "examples/data/yellow_trips_2024-01.csv",
  into: { namespace: "taxi", table: "guarded_trips", mode: "replace" },
  steps: [
    step("drop short trips", async ({ lakehouse, branch, signal }) => {
      const sql = "select * from taxi.guarded_trips where trip_distance >= 0.5";
      await lakehouse.materialize({
        branch,
        table: { namespace: "taxi", name: "guarded_trips" },
        sql,
        message: "Drop short trips",
        author: "guarded_trips",
        signal,
      });
    }, { onRollback: ({ runId }) => console.error(`step undone for run ${runId}`) }),
  ],
  checks: [
    check.notNull("passenger_count", { maxPct: 1 }),
    check.arrow(["fare_amount", "total_amount"], async (batches) => {
      let failedRows = 0;
      for await (const batch of batches) {
        for (const row of batch) if (row.total_amount < row.fare_amount) failedRows++;
      }
      return { failedRows, observed: `${failedRows} trips cost less than their fare` };
    }, { name: "total covers fare" }),
  ],
  onRollback: ({ reason }) => console.error(`rolled back: ${reason}`),
  onCommit: ({ commit, tables }) => console.error(`published ${tables[0]?.rowsImported} rows as ${commit.slice(0, 12)}`),
});
