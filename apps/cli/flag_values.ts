/**
 * Flags whose values have a form of their own.
 *
 * @module
 */
import { userInfo } from "node:os";
import { UsageError } from "@wap/core/errors";
import type { Invocation } from "./command.ts";

/** A flag's value, one of a few words. @throws {UsageError} If it is another. */
export function oneOf<T extends string>(invocation: Invocation, flag: string, words: readonly T[]): T | undefined {
  const value = invocation.text(flag);
  if (value === undefined || (words as readonly string[]).includes(value)) return value as T | undefined;
  throw new UsageError(`Cannot use "${value}" as --${flag}: not one of its words`, { hint: `Use one of: ${words.join(", ")}` });
}

/** A flag's value as a whole number of at least 1. @throws {UsageError} If it is not one. */
export function positive(invocation: Invocation, flag: string): number | undefined {
  const value = invocation.text(flag);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new UsageError(`Cannot use "${value}" as --${flag}: not a whole number of at least 1`, { hint: `Write --${flag} 20` });
}

/** Who acts, for the record: the name the environment gives, else the system's; `unknown` where there is neither. */
export function actor(env: (name: string) => string | undefined): string {
  return env("WAP_USER") || env("USER") || env("LOGNAME") || systemUser() || "unknown";
}

function systemUser(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
