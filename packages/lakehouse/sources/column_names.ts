/**
 * What the names of a file's columns must be like.
 *
 * @module
 */
import { TerminalError } from "@wap/core";
import { findDuplicateName } from "../table/schema.ts";

/**
 * Checks the names of a file's columns before anything is read by them.
 *
 * @param names The names as they are in the file.
 * @param file What to call the file in messages.
 * @throws {TerminalError} If there are none, or two that differ in case only.
 */
export function checkColumnNames(names: readonly string[], file: string): void {
  if (names.length === 0) throw new TerminalError(`Cannot read "${file}": it has no columns`, { code: "unreadable_file" });
  const duplicate = findDuplicateName(names);
  if (duplicate === null) return;
  const [first, second] = duplicate.map((name) => JSON.stringify(name));
  throw new TerminalError(`Cannot import "${file}": its columns ${first} and ${second} have the same name`, {
    code: "duplicate_column",
    hint: "Upper and lower case do not tell columns apart; rename one of them",
  });
}
