/**
 * Measuring side by side: contenders take turns, so that what the machine does meanwhile falls on all of them alike.
 *
 * @module
 */

/** One thing to be timed. */
export interface Contender {
  /** What it is called in the results. */
  name: string;
  /** Done before each timing, not timed. */
  prepare?: () => Promise<void> | void;
  /** What is timed. */
  run: () => Promise<void> | void;
}

/** Times of one contender, in milliseconds. */
export interface Timing {
  /** The contender. */
  name: string;
  /** The median over the rounds. */
  median: number;
  /** The fastest round. */
  min: number;
  /** The slowest round. */
  max: number;
}

/** Two contenders' medians as one figure. */
export interface Comparison {
  /** What was compared. */
  name: string;
  /** Our median over the peer's. */
  ratio: number;
  /** The ratio we hold ourselves to. */
  limit: number;
  /** Ours first, then the peer or the limit. */
  timings: Timing[];
}

/**
 * Times contenders in turns.
 *
 * @param contenders What to time; each runs once unmeasured first.
 * @param options How many rounds are measured.
 * @returns One timing per contender, in order.
 */
export async function measure(contenders: Contender[], { rounds }: { rounds: number }): Promise<Timing[]> {
  const times = contenders.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [at, contender] of contenders.entries()) {
      await contender.prepare?.();
      const start = performance.now();
      await contender.run();
      if (round > 0) times[at]!.push(performance.now() - start);
    }
  }
  return contenders.map(({ name }, at) => timingOf(name, times[at]!));
}

/** Compares the first timing with the second. */
export function compare(name: string, timings: Timing[], { limit }: { limit: number }): Comparison {
  const [ours, peer] = timings;
  return { name, ratio: ours!.median / peer!.median, limit, timings };
}

function timingOf(name: string, times: number[]): Timing {
  const sorted = times.toSorted((a, b) => a - b);
  return { name, median: sorted[Math.floor(sorted.length / 2)]!, min: sorted[0]!, max: sorted.at(-1)! };
}

/** Runs a command to its end. @throws {Error} If it fails, with what it printed. */
export async function runCommand(args: string[], options: { env?: Record<string, string> } = {}): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, stdin: "null", stdout: "null", stderr: "piped", ...options }).output();
  if (code !== 0) throw new Error(`Cannot measure "${args.join(" ")}": exit code ${code}, ${new TextDecoder().decode(stderr)}`);
}

/** The path of a file of this workspace. */
export function workspacePath(relative: string): string {
  return new URL(`../${relative}`, import.meta.url).pathname;
}
