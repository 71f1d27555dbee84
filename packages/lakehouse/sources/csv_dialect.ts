/**
 * How a CSV file is written: its delimiter and the names in its header. The rest is RFC 4180: quotes are `"`, doubled inside a quoted value.
 *
 * DuckDB's sniffer is not asked: where a file does not fit the first guess it takes a line further down for the header and drops what is above.
 *
 * @module
 */
import { TerminalError } from "@wap/core";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

/** How a CSV file is written. */
export interface CsvDialect {
  /** What stands between values. */
  delimiter: string;
  /** The names of the columns, in order, as written; those without one are called `column_<n>`. */
  names: string[];
}

/** The first bytes of a file, and whether it is compressed. */
export interface Head {
  /** The first bytes of the content, uncompressed. */
  bytes: Uint8Array;
  /** Whether the file is compressed with gzip. */
  gzip: boolean;
}

const HEAD_BYTES = 1024 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b];
const DELIMITERS = [",", "\t", ";", "|"];
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;

/** Reads the beginning of a file, through gzip if that is what it is. */
export async function readHead(path: string): Promise<Head> {
  const gzip = await startsWith(path, GZIP_MAGIC);
  const stream = createReadStream(path);
  const content = gzip ? stream.pipe(createGunzip()) : stream;
  const chunks: Uint8Array[] = [];
  let length = 0;
  stream.once("error", (error) => content.destroy(error));
  for await (const chunk of content as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= HEAD_BYTES) break;
  }
  stream.destroy();
  return { bytes: await new Blob(chunks as BlobPart[]).bytes(), gzip };
}

/**
 * Reads the dialect of a CSV file from its header.
 *
 * @param head The beginning of the file.
 * @param name What to call the file in messages; one that ends in `.tsv` is separated by tabs.
 * @returns The dialect.
 * @throws {TerminalError} If there is no header in it, or it is not UTF-8.
 */
export function readDialect(head: Head, name: string): CsvDialect {
  const header = decodeHeader(head.bytes, name);
  if (header.trim() === "") throw new TerminalError(`Cannot read "${name}": its first line, the header, is empty`, { code: "unreadable_file" });
  const delimiter = /\.tsv(\.gz)?$/i.test(name) ? "\t" : mostFrequent(header);
  const names = splitRecord(header, delimiter).map((value, index) => value === "" ? `column_${index + 1}` : value);
  return { delimiter, names };
}

function decodeHeader(bytes: Uint8Array, name: string): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  try {
    if (!isUtf16) return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, endOfRecord(bytes)));
  } catch {
    // The same error as for UTF-16.
  }
  throw new TerminalError(`Cannot read "${name}": its header is not UTF-8`, { code: "unreadable_file", hint: "Convert the file to UTF-8" });
}

/** Where the first record ends; a line break in quotes does not end it. */
function endOfRecord(bytes: Uint8Array): number {
  let isQuoted = false;
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] === QUOTE) isQuoted = !isQuoted;
    else if (!isQuoted && (bytes[index] === LINE_FEED || bytes[index] === CARRIAGE_RETURN)) return index;
  }
  return bytes.length;
}

function mostFrequent(header: string): string {
  const counts = DELIMITERS.map((delimiter) => splitRecord(header, delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}

function splitRecord(record: string, delimiter: string): string[] {
  const values = [""];
  let isQuoted = false;
  for (let index = 0; index < record.length; index++) {
    const char = record[index]!;
    if (char === '"' && isQuoted && record[index + 1] === '"') {
      values[values.length - 1] += char;
      index++;
    } else if (char === '"') isQuoted = !isQuoted;
    else if (char === delimiter && !isQuoted) values.push("");
    else values[values.length - 1] += char;
  }
  return values;
}

async function startsWith(path: string, magic: readonly number[]): Promise<boolean> {
  using file = await Deno.open(path, { read: true });
  const start = new Uint8Array(magic.length);
  await file.read(start);
  return magic.every((byte, index) => start[index] === byte);
}
