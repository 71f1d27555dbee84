/**
 * Where a source file stands in the workspace: its unit (a member, or a top-level folder that is not one) and its path inside it.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Where a source file stands. */
export interface Place {
  /** `packages/core`, `apps/cli`, `tests`, …; empty for a file in the root folder. */
  unit: string;
  /** The path inside the unit, with `/`. */
  path: string;
  /** Whether the unit is a member that is shipped: under `packages/` or `apps/`. */
  isMember: boolean;
  /** Whether it is a test or helps tests only. */
  isTest: boolean;
  /** Whether it is in such a member, and no test. */
  isProduct: boolean;
}

/**
 * Says where a file stands.
 *
 * @param filename An absolute path.
 * @returns Its place, or null if it lies outside the workspace.
 */
export function placeOf(filename: string): Place | null {
  if (!filename.startsWith(ROOT)) return null;
  const parts = filename.slice(ROOT.length).split("/");
  const isMember = parts[0] === "packages" || parts[0] === "apps";
  const depth = isMember ? 2 : 1;
  const unit = parts.length > depth ? parts.slice(0, depth).join("/") : "";
  const path = parts.slice(unit === "" ? 0 : depth).join("/");
  const isTest = unit === "tests" || /_test\.tsx?$/.test(path);
  return { unit, path, isMember, isTest, isProduct: isMember && !isTest };
}

/**
 * Says where a relative specifier leads.
 *
 * @param specifier As written in the import: `./names.ts`.
 * @param from The absolute path of the importing file.
 * @returns The place, or null if it lies outside the workspace.
 */
export function resolvePlace(specifier: string, from: string): Place | null {
  return placeOf(fileURLToPath(new URL(specifier, `file://${from}`)));
}
