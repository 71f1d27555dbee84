/**
 * Runs `deno test` with the arguments given, shows what it prints, and ends with one line of its own that a machine can read: `12 passed, 0 failed`.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";

/** Longer than any summary of `deno test` and what follows it. */
const TAIL_LENGTH = 4000;

/**
 * Reads the summary at the end of what `deno test` printed.
 *
 * @param output The end of the output, with or without colours.
 * @returns The counts as `12 passed, 0 failed`, or null if no test was run.
 */
export function summarize(output: string): string | null {
  const summaries = stripVTControlCharacters(output).matchAll(/^(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed/gm);
  const last = [...summaries].at(-1);
  return last ? `${last[1]} passed, ${last[2]} failed` : null;
}

async function main(): Promise<number> {
  const env = Deno.stdout.isTerminal() ? { FORCE_COLOR: "1" } : undefined;
  const child = new Deno.Command(Deno.execPath(), { args: ["test", "--allow-all", ...Deno.args], stdin: "null", stdout: "piped", env }).spawn();
  const [shown, kept] = child.stdout.tee();
  const [tail, { code }] = await Promise.all([readTail(kept), child.status, shown.pipeTo(Deno.stdout.writable, { preventClose: true })]);
  const summary = summarize(tail);
  if (summary) console.log(summary);
  return code;
}

async function readTail(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let tail = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) tail = (tail + text).slice(-TAIL_LENGTH);
  return tail;
}

if (import.meta.main) Deno.exit(await main());
