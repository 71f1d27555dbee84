/**
 * Names of checks: what a check without a name is called, and how names come to differ within a table.
 *
 * @module
 */
import type { Check, CheckSpec } from "../check.ts";
import { UsageError } from "../errors.ts";
import { definitionOf } from "./registry.ts";

/** The name of a check that was given none: its kind, and what it is about in brackets. */
export function defaultName(spec: CheckSpec): string {
  return `${spec.kind}(${definitionOf(spec.kind).describe?.(spec) ?? spec.columns.join(", ")})`;
}

/**
 * Makes the names of a table's checks differ: a name that was not given explicitly gets a number where it would come up again.
 *
 * @param checks The checks of one table.
 * @returns The same checks, in order, under names of their own.
 * @throws {UsageError} If two checks were explicitly given the same name.
 */
export function nameChecks(checks: readonly Check[]): Check[] {
  const explicit = checks.map(({ spec }) => spec).filter((spec) => spec.name !== defaultName(spec)).map(({ name }) => name);
  const twice = explicit.find((name, index) => explicit.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new UsageError(`Cannot use two checks named ${JSON.stringify(twice)}: names are unique within a table`, {
      code: "invalid_check",
      hint: "Rename one",
    });
  }
  const taken = new Set(explicit);
  return checks.map((check) => {
    const { name } = check.spec;
    if (explicit.includes(name)) return check;
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name} ${number}`;
    taken.add(free);
    return { ...check, spec: { ...check.spec, name: free } };
  });
}
