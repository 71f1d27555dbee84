/**
 * Timing runs from inside the process that executes them: what every program of the comparison prints as its figure.
 *
 * @module
 */

/** How runs follow each other: each after the one before it, or 50 at once. */
export type Rhythm = "one by one" | "at once";

/** How many runs are under way when they go at once. */
const AT_ONCE = 50;
/** Runs before the first one that counts: statements are prepared and code is compiled by then. */
const WARM_UP = 60;

/**
 * Times a program's runs and prints the figure.
 *
 * @param run Executes one run to its end.
 * @param options The rhythm, and how many runs count.
 */
export async function printRunTime(run: () => Promise<unknown>, { rhythm, runs }: { rhythm: Rhythm; runs: number }): Promise<void> {
  await atOnce(run, WARM_UP);
  console.log(rhythm === "one by one" ? await oneByOne(run, runs) : await atOnce(run, runs));
}

/** The median time of a run, in milliseconds. */
async function oneByOne(run: () => Promise<unknown>, runs: number): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < runs; at++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(runs / 2)]!;
}

/** The time that all runs took, divided by their number, in milliseconds. */
async function atOnce(run: () => Promise<unknown>, runs: number): Promise<number> {
  let left = runs;
  const lane = async () => {
    while (left-- > 0) await run();
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return (performance.now() - start) / runs;
}
