/**
 * Where flows under test run: a folder with their files, and homes with the embedded lakehouse or one in memory, each with the same tables to begin with.
 *
 * @module
 */
import { CrashHome } from "@wap/cli/crash";
import type { Lakehouse } from "@wap/core";
import { openLakehouse } from "@wap/lakehouse";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { MemoryLakehouse } from "../support/memory_lakehouse.ts";
import { LakehouseHost } from "../support/remote_lakehouse.ts";
import { ROOT } from "../support/wap_process.ts";

/** Which lakehouse a home has. */
export type Kind = "local" | "memory";

/** What the flows find. */
const FILES = {
  "trips.csv": "id,fare\n1,10.5\n2,20.5\n3,0.0\n",
  "zones.csv": "zone,name\n1,Newark\n2,Jamaica Bay\n",
  "earlier_trips.csv": "id,fare\n101,7.5\n102,8.5\n",
  "earlier_zones.csv": "zone,name\n9,Astoria\n",
};
/** What `main` has before the run. */
const SEED = { "earlier_trips.csv": "trips", "earlier_zones.csv": "zones" };
const MEMORY_PROCESS = join(ROOT, "tests/crash/memory_process.ts");

/** A folder with the files that flows import, and homes beside it. */
export class CrashWorld implements AsyncDisposable {
  readonly #folder: string;
  readonly #host = new LakehouseHost();
  readonly #templates = new Map<string, Promise<string>>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder. */
  static async make(): Promise<CrashWorld> {
    const world = new CrashWorld(await Deno.realPath(await Deno.makeTempDir({ prefix: "wap-crash-world-" })));
    for (const [name, text] of Object.entries(FILES)) await Deno.writeTextFile(join(world.#folder, name), text);
    return world;
  }

  /** Takes it away. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host[Symbol.asyncDispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }

  /** Makes a home whose tables have their earlier rows, and those of `trips.csv` too if asked. */
  async home(kind: Kind, { hasTrips = false }: { hasTrips?: boolean } = {}): Promise<CrashHome> {
    const seed = { ...SEED, ...(hasTrips && { "trips.csv": "trips" }) };
    if (kind === "memory") {
      const lakehouse = await MemoryLakehouse.open();
      await this.#plant(lakehouse, seed);
      return await CrashHome.make({ cwd: this.#folder, elsewhere: { lakehouse, program: [MEMORY_PROCESS, this.#host.lend(lakehouse)] } });
    }
    const home = await CrashHome.make({ cwd: this.#folder });
    await cp(await this.#template(seed), home.path, { recursive: true });
    return home;
  }

  /** A home to copy: planting costs more than copying. */
  #template(seed: Record<string, string>): Promise<string> {
    const key = Object.keys(seed).join();
    const known = this.#templates.get(key) ?? this.#makeTemplate(seed);
    this.#templates.set(key, known);
    return known;
  }

  async #makeTemplate(seed: Record<string, string>): Promise<string> {
    const path = await Deno.makeTempDir({ dir: this.#folder });
    await using lakehouse = openLakehouse({ path: join(path, "lakehouse") });
    await this.#plant(lakehouse, seed);
    return path;
  }

  /** Brings files into tables of `main`. */
  async #plant(lakehouse: Lakehouse, seed: Record<string, string>): Promise<void> {
    const info = { message: "Plant", author: "ann" };
    await lakehouse.createBranch("seed", { from: "main" });
    for (const [file, name] of Object.entries(seed)) {
      const request = { table: { namespace: "taxi", name }, mode: "append" as const, from: [join(this.#folder, file)] };
      await lakehouse.applyImport(await lakehouse.planImport(request, { ref: "seed" }), { branch: "seed", ...info });
    }
    await lakehouse.merge({ source: "seed", target: "main", ...info });
    await lakehouse.deleteBranch("seed");
  }
}
