/**
 * Writes the data of `examples/`: taxi trips that never happened, the same on every machine.
 *
 * `deno run --allow-write=examples/data tools/generate_example_data.ts`
 *
 * @module
 */

const ROWS = 400;
const HEADER = "vendor_id,pickup_datetime,dropoff_datetime,passenger_count,trip_distance,payment_type,fare_amount,tip_amount,total_amount";

/** A linear congruential generator (Numerical Recipes' constants), so that every run writes the same bytes. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

function trip(month: string, random: () => number, missingShare: number): string {
  const pickup = Date.parse(`${month}-01T00:00:00Z`) + Math.floor(random() * 28 * 86_400) * 1000;
  const minutes = 3 + Math.floor(random() * 40);
  const distance = (0.3 + random() * 12).toFixed(2);
  const fare = 3 + Number(distance) * 2.5 + minutes * 0.35;
  const tip = random() < 0.6 ? fare * 0.2 : 0;
  const passengers = random() < missingShare ? "" : 1 + Math.floor(random() * 4);
  const at = (time: number) => new Date(time).toISOString().slice(0, 19).replace("T", " ");
  const money = [fare, tip, fare + tip + 0.8].map((amount) => amount.toFixed(2));
  return [1 + Math.floor(random() * 2), at(pickup), at(pickup + minutes * 60_000), passengers, distance, random() < 0.7 ? 1 : 2, ...money].join(",");
}

function writeMonth(month: string, seed: number, missingShare: number): void {
  const random = randomFrom(seed);
  const rows = Array.from({ length: ROWS }, () => trip(month, random, missingShare));
  Deno.writeTextFileSync(new URL(`../examples/data/yellow_trips_${month}.csv`, import.meta.url), [HEADER, ...rows, ""].join("\n"));
}

if (import.meta.main) {
  writeMonth("2024-01", 1, 0);
  writeMonth("2024-02", 2, 0.005);
  writeMonth("2024-03", 3, 0.2);
}
