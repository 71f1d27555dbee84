/**
 * A PostgreSQL server of the benchmark's own: a new cluster with PostgreSQL's default settings in a temporary folder.
 *
 * @module
 */
import { join } from "node:path";

/** Where Debian's packages put the servers, one folder per version. */
const SERVERS = "/usr/lib/postgresql";
const USER = "bench";

/** A running server; stopped, and its data gone, when it is disposed of. */
export class Postgres implements AsyncDisposable {
  /** The port it listens on, on loopback. */
  readonly port: number;
  readonly #folder: string;
  readonly #server: Deno.ChildProcess;

  private constructor(server: Deno.ChildProcess, { folder, port }: { folder: string; port: number }) {
    this.#server = server;
    this.#folder = folder;
    this.port = port;
  }

  /** Starts a server, or answers null where PostgreSQL is not installed. */
  static async start(): Promise<Postgres | null> {
    const programs = findPrograms();
    if (programs === null) return null;
    const folder = await Deno.makeTempDir({ prefix: "wap-bench-postgres-" });
    const data = join(folder, "data");
    const port = freePort();
    const options = { cwd: folder, env: { LC_ALL: "C" }, stdin: "null", stdout: "null", stderr: "piped", ...await unprivileged(folder) } as const;
    const { code, stderr } = await new Deno.Command(join(programs, "initdb"), { args: ["-D", data, "-U", USER, "--auth=trust"], ...options }).output();
    if (code !== 0) throw new Error(`Cannot make a PostgreSQL cluster: ${new TextDecoder().decode(stderr)}`);
    const args = ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", folder];
    const server = new Deno.Command(join(programs, "postgres"), { args, ...options }).spawn();
    await untilReady(server.stderr);
    return new Postgres(server, { folder, port });
  }

  /** The URL of a database, which need not be there yet. */
  url(database: string): string {
    return `postgresql://${USER}@127.0.0.1:${this.port}/${database}`;
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.kill("SIGINT");
    await this.#server.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** The folder of the newest server's programs, or null. */
function findPrograms(): string | null {
  try {
    const versions = Array.from(Deno.readDirSync(SERVERS), (entry) => Number(entry.name)).filter(Number.isFinite);
    return versions.length === 0 ? null : join(SERVERS, String(Math.max(...versions)), "bin");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** PostgreSQL does not run as root: then it runs as the user that its package made, who is given the folder. */
async function unprivileged(folder: string): Promise<{ uid?: number; gid?: number }> {
  if (Deno.uid() !== 0) return {};
  const [uid, gid] = await Promise.all(["-u", "-g"].map(async (flag) => {
    const { stdout } = await new Deno.Command("id", { args: [flag, "postgres"] }).output();
    return Number(new TextDecoder().decode(stdout));
  })) as [number, number];
  await Deno.chown(folder, uid, gid);
  return { uid, gid };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Reads the server's log until it takes connections, and goes on reading: a server whose log nobody reads would stop. */
async function untilReady(log: ReadableStream<Uint8Array>): Promise<void> {
  const reader = log.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("ready to accept connections")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`Cannot start PostgreSQL: ${text}`);
    text += value;
  }
  const drain = async () => {
    while (!(await reader.read()).done);
  };
  drain();
}
