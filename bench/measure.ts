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
  prepare?: () => Promise<unknown> | void;
  /** What is timed, unless it answers a number: then it took the time itself, in milliseconds. */
  run: () => Promise<unknown> | void;
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
      const answer = await contender.run();
      if (round > 0) times[at]!.push(typeof answer === "number" ? answer : performance.now() - start);
    }
  }
  return contenders.map(({ name }, at) => timingOf(name, times[at]!));
}

/** Compares the first timing with the second. */
export function compare(name: string, timings: Timing[], { limit }: { limit: number }): Comparison {
  const [ours, peer] = timings;
  return { name, ratio: ours!.median / peer!.median, limit, timings };
}

/** Compares the first timing with so many milliseconds; the others are there to be seen beside it. */
export function compareWithBound(name: string, timings: Timing[], { milliseconds }: { milliseconds: number }): Comparison {
  return { name, ratio: timings[0]!.median / milliseconds, limit: 1, timings: [...timings, timingOf("limit", [milliseconds])] };
}

function timingOf(name: string, times: number[]): Timing {
  const sorted = times.toSorted((a, b) => a - b);
  return { name, median: sorted[Math.floor(sorted.length / 2)]!, min: sorted[0]!, max: sorted.at(-1)! };
}

/** What a command printed and how it ended. */
export interface CommandResult {
  /** The exit code; 128 and the signal's number when it was killed. */
  code: number;
  /** All of stdout. */
  stdout: string;
  /** All of stderr. */
  stderr: string;
}

/** Runs a command of Deno to its end, whatever that is. */
export async function finish(args: string[]): Promise<CommandResult> {
  const { code, stdout, stderr } = await deno(args).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** Runs a command of Deno that has to succeed, and answers what it printed. @throws {Error} If it fails, with what it said. */
export async function runCommand(args: string[]): Promise<string> {
  const { code, stdout, stderr } = await finish(args);
  if (code !== 0) throw new Error(`Cannot measure "${args.join(" ")}": exit code ${code}, ${stderr}`);
  return stdout;
}

/** Times a command of Deno from its start to the first thing it prints, and waits for its end. @throws {Error} If it fails, with what it said. */
export async function timeToOutput(args: string[]): Promise<number> {
  const start = performance.now();
  const child = deno(args).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  const elapsed = performance.now() - start;
  reader.releaseLock();
  const { code, stderr } = await child.output();
  if (code !== 0) throw new Error(`Cannot measure "${args.join(" ")}": exit code ${code}, ${new TextDecoder().decode(stderr)}`);
  return elapsed;
}

function deno(args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), { args, stdin: "null", stdout: "piped", stderr: "piped" });
}

/** The path of a file of this workspace. */
export function workspacePath(relative: string): string {
  return new URL(`../${relative}`, import.meta.url).pathname;
}
