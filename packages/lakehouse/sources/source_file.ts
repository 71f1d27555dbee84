/**
 * Finding source files: what a pattern stands for, and how each file is read.
 *
 * @module
 */
import { type FileFormat, TerminalError, UsageError } from "@wap/core";
import { glob } from "node:fs/promises";
import { isAbsolute, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** A file to be imported, found but not looked into. */
export interface SourceFile {
  /** An absolute `file:`, `http:` or `https:` URI. */
  uri: string;
  /** What to call it in messages: its path, or its URL without the query, where tokens tend to be. */
  name: string;
  /** Its path; null when it has to be downloaded first. */
  path: string | null;
  /** How it is read. */
  format: FileFormat;
}

const FORMATS: Record<string, FileFormat> = { parquet: "parquet", csv: "csv", tsv: "csv", json: "json", jsonl: "json", ndjson: "json" };
const ENDING_REGEXP = /\.([a-z]+)(\.gz)?$/i;
const SCHEME_REGEXP = /^([a-z][a-z0-9+.-]+):/i;
const PATTERN_REGEXP = /[*?{[]/;

/**
 * Finds the files that patterns stand for.
 *
 * @param patterns Absolute paths, `file:` URIs, globs over either, http(s) URLs.
 * @param options The format of all files; by their endings if absent.
 * @returns The files, each once, sorted by URI.
 * @throws {TerminalError} If a pattern stands for no file, or for a folder.
 * @throws {UsageError} If a pattern is none of these, or a file's format cannot be told.
 */
export async function findSources(patterns: readonly string[], options: { format?: FileFormat } = {}): Promise<SourceFile[]> {
  const found = new Map<string, SourceFile>();
  for (const pattern of patterns) {
    for (const source of await expandPattern(pattern)) {
      found.set(source.uri, { ...source, format: options.format ?? formatOf(source.name) });
    }
  }
  return [...found.values()].toSorted((a, b) => (a.uri < b.uri ? -1 : 1));
}

async function expandPattern(pattern: string): Promise<Omit<SourceFile, "format">[]> {
  const scheme = SCHEME_REGEXP.exec(pattern)?.[1]?.toLowerCase();
  if (scheme === "http" || scheme === "https") return [parseUrl(pattern)];
  if (scheme !== undefined && scheme !== "file") {
    throw new UsageError(`Cannot import from "${pattern}": the local lakehouse does not read ${scheme}:// yet`, {
      hint: "Name files by path or by http(s) URL",
    });
  }
  const path = scheme === "file" ? parseFileUri(pattern) : pattern;
  if (!isAbsolute(path)) {
    throw new UsageError(`Cannot import from "${pattern}": the path is not absolute`, { hint: "Resolve it against the folder it is meant in" });
  }
  return (await expandPath(normalize(path))).map((file) => ({ uri: pathToFileURL(file).href, name: file, path: file }));
}

async function expandPath(path: string): Promise<string[]> {
  const stat = await statOrNull(path);
  if (stat?.isDirectory) {
    throw new TerminalError(`Cannot import "${path}": it is a folder`, {
      code: "is_directory",
      hint: `Name its files with a pattern, such as "${path}/*.parquet"`,
    });
  }
  if (stat !== null) return [path];
  if (!PATTERN_REGEXP.test(path)) {
    throw new TerminalError(`Cannot import "${path}": there is no such file`, { code: "no_files", hint: "Look at the path's spelling" });
  }
  const files: string[] = [];
  for await (const match of glob(path)) if ((await statOrNull(match))?.isFile) files.push(match);
  if (files.length > 0) return files;
  throw new TerminalError(`Cannot import "${path}": no file matches the pattern`, {
    code: "no_files",
    hint: "Look at the pattern's spelling, and at the folder it is for",
  });
}

async function statOrNull(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw new TerminalError(`Cannot import "${path}": ${(error as Error).message}`, { code: "unreadable_file", cause: error });
  }
}

function parseUrl(pattern: string): Omit<SourceFile, "format"> {
  const url = URL.parse(pattern);
  if (url === null) throw new UsageError(`Cannot import from "${pattern}": it is not a URL`);
  if (url.username || url.password) {
    throw new UsageError(`Cannot import from ${url.origin}${url.pathname}: the URL has a password in it`, {
      hint: "A URL is kept with the run and the table; use one without",
    });
  }
  url.hash = "";
  return { uri: url.href, name: url.origin + url.pathname, path: null };
}

function parseFileUri(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch (error) {
    throw new UsageError(`Cannot import from "${uri}": it is not the URI of a file on this machine`, { cause: error });
  }
}

function formatOf(name: string): FileFormat {
  const [, ending = "", zipped] = ENDING_REGEXP.exec(name) ?? [];
  const format = FORMATS[ending.toLowerCase()];
  if (format !== undefined && !(format === "parquet" && zipped)) return format;
  throw new UsageError(`Cannot import "${name}": its name does not tell the format`, {
    hint: `State the format, or name the file with one of .${Object.keys(FORMATS).join(" .")}, the text formats also with .gz`,
  });
}
