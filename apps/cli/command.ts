/**
 * What a verb of the command line is: its words, its flags, what it does.
 *
 * @module
 */
import type { Workspace } from "./workspace.ts";

/** A flag of a verb. */
export interface Flag {
  /** What it takes: text, or nothing. */
  type: "string" | "boolean";
  /** What it does, in a few words. */
  help: string;
  /** How its value is written in the help. */
  value?: string;
  /** Whether it may be given several times. */
  multiple?: boolean;
  /** One letter. */
  short?: string;
  /** Other names it answers to. */
  aliases?: string[];
}

/** The flags of a verb by name. */
export type Flags = Record<string, Flag>;

/** What was given on the command line. */
export interface Invocation {
  /** What stands without a dash, the verb left out. */
  positionals: string[];
  /** Text flags by name; all values of flags that may be repeated. */
  text: (name: string) => string | undefined;
  /** All values of a flag. */
  texts: (name: string) => string[];
  /** Whether a flag that takes nothing was given. */
  has: (name: string) => boolean;
}

/** A verb. */
export interface Command {
  /** What it does, in one sentence. */
  summary: string;
  /** How its positional arguments are written: `<id>`, `[flow]`. */
  usage: string;
  /** At least and at most so many positional arguments. */
  arity: [number, number];
  /** Its flags, besides those every verb has. */
  flags: Flags;
  /** Command lines that work, without the leading `wap`. */
  examples: string[];
  /** More for the help, or nothing. */
  notes?: string;
  /** Does it; answers the exit code. */
  run: (invocation: Invocation, workspace: Workspace) => Promise<number>;
}

/** Flags that every verb has. */
export const COMMON_FLAGS: Flags = {
  home: { type: "string", value: "PATH", help: "where runs and the local lakehouse are kept (WAP_HOME; ./.wap)" },
  json: { type: "boolean", help: "print one JSON document on stdout" },
  help: { type: "boolean", short: "h", help: "show this help" },
};

/** The flag of verbs that look flows up by name. */
export const FLOWS_FLAG: Flags = {
  flows: { type: "string", value: "PATH", help: "the folder of flows (WAP_FLOWS; ./flows)" },
};

/** The flag of verbs that open a lakehouse themselves. */
export const LAKEHOUSE_FLAG: Flags = {
  lakehouse: { type: "string", value: "KIND", help: "the lakehouse: local (WAP_LAKEHOUSE; local)" },
};
