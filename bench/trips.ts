/**
 * Generated taxi-like trips as Parquet.
 *
 * @module
 */
import { DuckDBInstance } from "@duckdb/node-api";

/**
 * Writes trips that never happened: ids, near-sorted times, few-valued codes, money in doubles, 5 % NULL passenger counts.
 *
 * @param path The Parquet file to write.
 * @param rows How many.
 */
export async function writeTrips(path: string, rows: number): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  await connection.run("select setseed(0.42)");
  await connection.run(`copy (
    select * exclude (minutes), pickup_datetime + to_minutes(minutes) as dropoff_datetime,
      round(3 + trip_distance * 2.5, 2) as fare_amount, round(3.8 + trip_distance * 2.5 + tip_amount, 2) as total_amount
    from (
      select i as trip_id,
        1 + (random() * 1.99)::integer as vendor_id,
        timestamp '2024-01-01' + to_microseconds((i * 520000 + random() * 3e9)::bigint) as pickup_datetime,
        (1 + random() * 50)::integer as minutes,
        case when random() >= 0.05 then 1 + (random() * 4)::integer end as passenger_count,
        round(exp(random() * 3), 2) as trip_distance,
        (power(random(), 3) * 265)::integer as pickup_location_id,
        case when random() < 0.99 then 'N' else 'Y' end as store_and_fwd_flag,
        round(random() * 10, 2) as tip_amount
      from range(${rows}) t(i)
    )
  ) to '${path}' (format parquet, compression zstd)`);
  connection.closeSync();
  instance.closeSync();
}
