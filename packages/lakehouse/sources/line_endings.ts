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
 */
export async function unifyLineEndings(from: string, to: string, options: { gzip: boolean; signal?: AbortSignal }): Promise<void> {
  const { gzip, signal } = options;
  const source = createReadStream(from);
  const content = gzip ? [source, createGunzip()] as const : [source] as const;
  await pipeline([...content, unifier(), createWriteStream(to)], { signal });
}

function unifier(): Transform {
  let isQuoted = false;
  let wasReturn = false;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      const out = new Uint8Array(chunk.length);
      let length = 0;
      for (const byte of chunk) {
        const isSecondHalf = wasReturn && byte === LINE_FEED;
        if (byte === QUOTE) isQuoted = !isQuoted;
        wasReturn = !isQuoted && byte === CARRIAGE_RETURN;
        if (!isSecondHalf) out[length++] = wasReturn ? LINE_FEED : byte;
      }
      done(null, out.subarray(0, length));
    },
  });
}
