import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { ConfigurationError, DEFAULT_ENDPOINT, resolveProfile } from "./profile.ts";

const FILE = `
profiles:
  default: { api_key: file-key, api_endpoint: "http://127.0.0.1:4201/ignored/path", active_branch: ann.dev, args: { cache: "off" }, unknown: 1 }
  team: { api_key: team-key }
  bare: {}
`;

async function withHome(files: Record<string, string>, test: (home: string) => void): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(home, ".bauplan"));
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(home, ".bauplan", name), text);
    test(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

function environment(variables: Record<string, string> = {}): (name: string) => string | undefined {
  return (name) => variables[name];
}

Deno.test("resolveProfile() reads the default profile of the file, and keeps only the endpoint's origin", async () => {
  await withHome({ "config.yaml": FILE }, (home) => {
    assertEquals(resolveProfile({ home, env: environment() }), {
      name: "default",
      apiKey: "file-key",
      apiEndpoint: "http://127.0.0.1:4201",
      activeBranch: "ann.dev",
      args: { cache: "off" },
    });
  });
});

Deno.test("resolveProfile() lets argument beat environment, and environment beat file", async () => {
  await withHome({ "config.yaml": FILE }, (home) => {
    const env = environment({ BAUPLAN_PROFILE: "team", BAUPLAN_API_KEY: "env-key", BAUPLAN_API_ENDPOINT: "https://other.example" });
    const fromEnv = resolveProfile({ home, env });
    assertEquals([fromEnv.name, fromEnv.apiKey, fromEnv.apiEndpoint], ["team", "env-key", "https://other.example"]);
    const named = resolveProfile({ home, env, profile: "default", apiKey: "own-key" });
    assertEquals([named.name, named.apiKey], ["default", "own-key"]);
    assertEquals(resolveProfile({ home, env, profile: "default" }).apiKey, "env-key");
  });
});

Deno.test("resolveProfile() leaves the environment alone when it is told which file to read", async () => {
  await withHome({ "other.yaml": FILE }, (home) => {
    const env = environment({ BAUPLAN_PROFILE: "team", BAUPLAN_API_KEY: "env-key", BAUPLAN_API_ENDPOINT: "https://other.example" });
    const profile = resolveProfile({ env, configFilePath: join(home, ".bauplan/other.yaml") });
    assertEquals([profile.name, profile.apiKey, profile.apiEndpoint], ["default", "file-key", "http://127.0.0.1:4201"]);
  });
});

Deno.test("resolveProfile() reads config.yml only where there is no config.yaml", async () => {
  await withHome({ "config.yml": "profiles: { default: { api_key: yml } }" }, (home) => {
    assertEquals(resolveProfile({ home, env: environment() }).apiKey, "yml");
  });
  await withHome({ "config.yml": "profiles: { default: { api_key: yml } }", "config.yaml": FILE }, (home) => {
    assertEquals(resolveProfile({ home, env: environment() }).apiKey, "file-key");
  });
});

Deno.test("resolveProfile() works from the environment alone", () => {
  const profile = resolveProfile({ home: "/nonexistent", env: environment({ BAUPLAN_API_KEY: "k" }) });
  assertEquals([profile.apiKey, profile.apiEndpoint], ["k", DEFAULT_ENDPOINT]);
});

Deno.test("resolveProfile() says what is missing or wrong, and never shows the key", async () => {
  const env = environment({ BAUPLAN_API_KEY: "k" });
  assertThrows(() => resolveProfile({ home: "/nonexistent", env: environment() }), ConfigurationError, "it has no API key");
  assertThrows(() => resolveProfile({ configFilePath: "/nonexistent/c.yaml" }), ConfigurationError, "there is no such file");
  assertThrows(() => resolveProfile({ home: "/nonexistent", env, apiKey: "schlüssel" }), ConfigurationError, "cannot stand in a header");
  await withHome({ "config.yaml": FILE }, (home) => {
    assertThrows(() => resolveProfile({ home, env, profile: "nosuch" }), ConfigurationError, "has only default, team, bare");
    assertThrows(() => resolveProfile({ home, env, profile: "toString" }), ConfigurationError, "has only");
    assertThrows(() => resolveProfile({ home, env: environment(), profile: "bare" }), ConfigurationError, "it has no API key");
    const endpoint = environment({ BAUPLAN_API_KEY: "k", BAUPLAN_API_ENDPOINT: "localhost:4201" });
    assertThrows(() => resolveProfile({ home, env: endpoint }), ConfigurationError, "expected a URL");
  });
  await withHome({ "config.yaml": "profiles: { default: { api_key: [sec-ret] } }" }, (home) => {
    const error = assertThrows(() => resolveProfile({ home, env }), ConfigurationError, "profiles.default.api_key");
    assertEquals(error.message.includes("sec-ret"), false);
  });
});
