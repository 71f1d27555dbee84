/**
 * Making the line endings of a CSV file alike. DuckDB's strict parser takes LF, CRLF or CR, but one of them throughout a file.
 *
 * @module
 */
import { createReadStream, createWriteStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;

/**
 * Copies a CSV file with every line ended by LF; line breaks inside quoted values stay as they are.
 *
 * @param from The file; uncompressed on the way if `gzip` is set.
 * @param to The copy, replaced if it is there.
 * @param options Whether the file is compressed with gzip, and the signal that stops the copying.
 * @returns Whether lines of the file ended in more than one way.
 */
export async function unifyLineEndings(from: string, to: string, options: { gzip: boolean; signal?: AbortSignal }): Promise<boolean> {
  const { gzip, signal } = options;
  const source = createReadStream(from);
  const content = gzip ? [source, createGunzip()] as const : [source] as const;
  const unifier = new LineUnifier();
  const transform = new Transform({ transform: (chunk, _encoding, done) => done(null, unifier.unify(chunk)) });
  await pipeline([...content, transform, createWriteStream(to)], { signal });
  return unifier.isMixed;
}

/** Turns every line ending outside quotes into LF, chunk by chunk. */
class LineUnifier {
  #isQuoted = false;
  #wasReturn = false;
  #returns = 0;
  #pairs = 0;
  #lineFeeds = 0;

  /** Whether lines ended in more than one way so far. */
  get isMixed(): boolean {
    return [this.#returns - this.#pairs, this.#pairs, this.#lineFeeds].filter((count) => count > 0).length > 1;
  }

  /** The next chunk, unified. */
  unify(chunk: Uint8Array): Uint8Array {
    const out = new Uint8Array(chunk.length);
    let length = 0;
    for (const byte of chunk) {
      const isPair = this.#wasReturn && byte === LINE_FEED;
      if (byte === QUOTE) this.#isQuoted = !this.#isQuoted;
      this.#wasReturn = !this.#isQuoted && byte === CARRIAGE_RETURN;
      if (isPair) this.#pairs++;
      else out[length++] = this.#wasReturn ? LINE_FEED : byte;
      if (this.#wasReturn) this.#returns++;
      else if (byte === LINE_FEED && !this.#isQuoted && !isPair) this.#lineFeeds++;
    }
    return out.subarray(0, length);
  }
}
