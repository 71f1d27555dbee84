/**
 * Where the files of a delivery may lie.
 *
 * @module
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "@wap/core/errors";
import { invalidField } from "../validate.ts";

const URL_REGEXP = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;
/** Everything a glob can be made of but `*` and `?`: a `..` can hide in `{a,..}` and in `[.][.]`, and comes out when the glob is expanded. */
const HIDING_PATTERN_REGEXP = /[\\{}[\]]|[?*+@!]\(/;

/** Where a source points: `normal` is compared, `source` is handed on. */
interface Place {
  normal: string;
  source: string;
}

/**
 * Takes sources that lie under one of the places allowed. Compared is the normal form, every `.` and `..` resolved, by whole segments: `/data/in` allows
 * `/data/in/trips.csv`, but not `/data/internal.csv`. Symbolic links are not followed: whoever can make one there is trusted.
 *
 * @param from The sources as they were sent.
 * @param options `allowed` are folders and URLs; relative paths start at `cwd`.
 * @returns The sources, paths in their normal form, so that what was compared is what is read.
 * @throws {HttpError} 422 for a source that lies elsewhere, or whose place cannot be told.
 * @throws {UsageError} If the place of one of `allowed` cannot be told.
 */
export function restrictSources(from: readonly string[], { allowed, cwd }: { allowed: readonly string[]; cwd: string }): string[] {
  const roots = allowed.map((one) => rootOf(one, cwd));
  return from.map((one) => {
    if (HIDING_PATTERN_REGEXP.test(one)) throw invalidField("from", `"${one}" has a pattern other than "*" and "?", which this flow does not take`);
    const place = placeOf(one, cwd);
    if (place && roots.some((root) => place.normal === root || place.normal.startsWith(`${root}/`))) return place.source;
    throw invalidField("from", `"${one}" does not lie where this flow takes files from`);
  });
}

function rootOf(allowed: string, cwd: string): string {
  const place = placeOf(allowed, cwd);
  if (place) return place.normal.replace(/\/+$/, "");
  throw new UsageError(`Cannot restrict a delivery to "${allowed}": it is neither a path nor a URL`, { hint: "Mend the flow's allow_from" });
}

/** The place of a path or URL, or null where it cannot be told. */
function placeOf(text: string, cwd: string): Place | null {
  if (!URL_REGEXP.test(text)) return pathPlace(resolve(cwd, text));
  // An encoded slash is one to many servers, so `..%2f` has to be resolved like `../`.
  const url = URL.parse(text.replace(/%(?:2f|5c)/gi, "/"));
  if (url?.protocol !== "file:") return url && { normal: url.href, source: text };
  return url.host === "" ? pathPlace(fileURLToPath(url)) : null;
}

function pathPlace(path: string): Place {
  return { normal: path, source: path };
}
