/**
 * The same import and the same checks in plain DuckDB SQL: re-encode the file, make it durable, run the aggregates.
 *
 * @module
 */
import { DuckDBInstance } from "@duckdb/node-api";

const [source, target] = Deno.args as [string, string];
const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
await connection.run("set preserve_insertion_order = false");
await connection.run(`copy (select * from read_parquet('${source}')) to '${target}' (format parquet, compression zstd)`);
const file = await Deno.open(target, { read: true, write: true });
await file.sync();
file.close();
const checks = await connection.runAndReadAll(`select count(*),
    count(*) filter (where passenger_count is null),
    count(*) filter (where fare_amount < 0 or fare_amount > 500),
    count(*) filter (where store_and_fwd_flag not in ('Y', 'N')),
    count(*) filter (where not (dropoff_datetime >= pickup_datetime))
  from read_parquet('${target}')`);
const duplicates = await connection.runAndReadAll(
  `select count(*), sum(n), sum(n - 1) from (select count(*) n from read_parquet('${target}') group by trip_id having n > 1)`,
);
console.log(checks.getRowsJson(), duplicates.getRowsJson());
