/**
 * Where a client finds its API key and endpoint: arguments, environment, and the file that Bauplan's own clients write.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parse } from "yaml";
import { z } from "zod";

/** Where Bauplan answers unless a profile says otherwise. */
export const DEFAULT_ENDPOINT = "https://api.use1.aprod.bauplanlabs.com";

/** What a client needs to know about its user. */
export interface Profile {
  /** The profile's name. */
  name: string;
  /** The secret that every request carries. */
  apiKey: string;
  /** Scheme, host and port; REST and gRPC share it. */
  apiEndpoint: string;
  /** The branch that the command line last checked out, or null. */
  activeBranch: string | null;
  /** Arguments for every job. */
  args: Record<string, string>;
}

/** What may be said about a profile in code, and the outside world it is looked up in. */
export interface ProfileOptions {
  /** The profile; `BAUPLAN_PROFILE`, or `default`, if absent. */
  profile?: string;
  /** A key that beats file and environment. */
  apiKey?: string;
  /** The one file to read; the environment is then left alone. */
  configFilePath?: string;
  /** Reads an environment variable; the process's own if absent. */
  env?: (name: string) => string | undefined;
  /** The home folder; the user's own if absent. */
  home?: string;
}

/** The configuration is missing or wrong: mend it, trying again cannot help. */
export class ConfigurationError extends Error {
  /** Tells it from other errors where classes are gone. */
  override name = "ConfigurationError";
}

const profileSchema = z.object({
  api_key: z.string().optional(),
  api_endpoint: z.string().optional(),
  active_branch: z.string().optional(),
  args: z.record(z.string(), z.string()).default({}),
});
const fileSchema = z.object({ profiles: z.record(z.string(), profileSchema) });
type FileProfile = z.output<typeof profileSchema>;

/**
 * Finds the profile to use, as Bauplan's Python SDK does (protocol sheet, section 1.2): an argument beats the environment, the environment beats the
 * file; with `configFilePath` only that file counts.
 *
 * @param options What is said in code.
 * @returns The profile.
 * @throws {ConfigurationError} If there is no key, the file or the profile is not there, or the endpoint is no http(s) URL.
 * @example
 * ```ts
 * import { resolveProfile } from "@wap/bauplan-client";
 * import { assertEquals } from "@std/assert";
 *
 * const profile = resolveProfile({ apiKey: "local", env: () => undefined, home: "/nonexistent" });
 * assertEquals(profile.apiEndpoint, "https://api.use1.aprod.bauplanlabs.com");
 * ```
 */
export function resolveProfile(options: ProfileOptions = {}): Profile {
  const { configFilePath, home = homedir() } = options;
  const env = configFilePath === undefined ? options.env ?? ((name) => process.env[name]) : () => undefined;
  const name = options.profile ?? env("BAUPLAN_PROFILE") ?? "default";
  const stored = configFilePath === undefined ? readDefaultFile(home, name) : readProfile(configFilePath, readRequired(configFilePath), name);
  const apiKey = options.apiKey ?? env("BAUPLAN_API_KEY") ?? stored?.api_key;
  if (!apiKey) throw new ConfigurationError(`Cannot use profile "${name}": it has no API key; set BAUPLAN_API_KEY or api_key in the file`);
  return {
    name,
    apiKey: checkKey(apiKey, name),
    apiEndpoint: checkEndpoint(env("BAUPLAN_API_ENDPOINT") ?? stored?.api_endpoint ?? DEFAULT_ENDPOINT),
    activeBranch: stored?.active_branch ?? null,
    args: stored?.args ?? {},
  };
}

/** `config.yaml` in the home folder, else `config.yml`; null where there is neither. */
function readDefaultFile(home: string, name: string): FileProfile | null {
  for (const file of ["config.yaml", "config.yml"]) {
    const path = join(home, ".bauplan", file);
    const text = readIfThere(path);
    if (text !== null) return readProfile(path, text, name);
  }
  return null;
}

function readProfile(path: string, text: string, name: string): FileProfile {
  const file = parseFile(path, text);
  const profile = Object.hasOwn(file.profiles, name) ? file.profiles[name] : undefined;
  if (profile) return profile;
  throw new ConfigurationError(`Cannot use profile "${name}": "${path}" has only ${Object.keys(file.profiles).join(", ") || "none"}`);
}

function parseFile(path: string, text: string): z.output<typeof fileSchema> {
  try {
    return fileSchema.parse(parse(text));
  } catch (cause) {
    const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined;
    // A parser's message may quote the line at fault, which may hold the key.
    const why = issue ? `${issue.path.join(".") || "the file"}: ${issue.message}` : "it is not valid YAML";
    throw new ConfigurationError(`Cannot read "${path}": ${why}`);
  }
}

function readRequired(path: string): string {
  const text = readIfThere(path);
  if (text !== null) return text;
  throw new ConfigurationError(`Cannot read "${path}": there is no such file`);
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return null;
    throw new ConfigurationError(`Cannot read "${path}": ${(error as Error).message}`, { cause: error });
  }
}

/** The key travels in a header. */
function checkKey(key: string, profile: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new ConfigurationError(`Cannot use the API key of profile "${profile}": it has characters that cannot stand in a header`);
}

function checkEndpoint(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url && (url.protocol === "http:" || url.protocol === "https:")) return url.origin;
  throw new ConfigurationError(`Cannot use "${endpoint}" as endpoint: expected a URL such as https://host or http://127.0.0.1:4201`);
}
