/**
 * Reading a verb's arguments, and writing its help.
 *
 * @module
 */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "@wap/core/errors";
import { type Command, COMMON_FLAGS, type Flags, type Invocation } from "./command.ts";

/**
 * Reads the arguments of one verb.
 *
 * @throws {UsageError} If a flag is unknown or lacks its value, or there are too few or too many arguments.
 */
export function parseInvocation(verb: string, command: Command, args: string[]): Invocation {
  const flags: Flags = { ...COMMON_FLAGS, ...command.flags };
  const { values, positionals } = parse(verb, args, flags);
  const given = (name: string) => [name, ...(flags[name]?.aliases ?? [])].flatMap((one) => values[one] ?? []);
  if (given("help").length === 0) checkArity(verb, command, positionals.length);
  const texts = (name: string) => given(name).filter((value) => typeof value === "string");
  return { positionals, texts, text: (name) => texts(name).at(-1), has: (name) => given(name).includes(true) };
}

function parse(verb: string, args: string[], flags: Flags): { values: Record<string, (string | boolean)[] | undefined>; positionals: string[] } {
  const options: NonNullable<ParseArgsConfig["options"]> = {};
  for (const [name, { type, short, aliases = [] }] of Object.entries(flags)) {
    for (const one of [name, ...aliases]) options[one] = { type, multiple: true, ...(short && one === name ? { short } : {}) };
  }
  try {
    return parseArgs({ args, options, allowPositionals: true }) as ReturnType<typeof parse>;
  } catch (error) {
    const why = (error as Error).message.split(". ")[0]!;
    throw new UsageError(`Cannot read the arguments of "wap ${verb}": ${why}`, { hint: `See "wap ${verb} --help"`, cause: error });
  }
}

function checkArity(verb: string, { usage, arity: [least, most] }: Command, count: number): void {
  if (count >= least && count <= most) return;
  throw new UsageError(`Cannot read the arguments of "wap ${verb}": ${count < least ? "one is missing" : "there are too many"}`, {
    hint: `Write: wap ${verb} ${usage}`.trimEnd(),
  });
}

/** The help of one verb. */
export function helpOf(verb: string, command: Command): string {
  const flags = { ...command.flags, ...COMMON_FLAGS };
  const rows = Object.entries(flags).map(([name, flag]) => {
    const names = [name, ...(flag.aliases ?? [])].map((one) => `--${one}`);
    if (flag.short) names.unshift(`-${flag.short}`);
    return [names.join(", ") + (flag.value ? ` ${flag.value}` : ""), flag.help + (flag.multiple ? " (may be repeated)" : "")] as const;
  });
  const width = Math.max(...rows.map(([names]) => names.length));
  const lines = [
    command.summary,
    "",
    `Usage: wap ${verb} ${command.usage}`.trimEnd(),
    "",
    "Flags:",
    ...rows.map(([names, help]) => `  ${names.padEnd(width)}  ${help}`),
    ...(command.notes ? ["", command.notes] : []),
    "",
    "Examples:",
    ...command.examples.map((example) => `  wap ${example}`),
  ];
  return lines.join("\n");
}
