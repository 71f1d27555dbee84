/**
 * The composition root: where the command line's parts are put together, each opened when first asked for.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "@wap/core/errors";
import type { Engine, Flow, Lakehouse } from "@wap/core";
import type { RunStore } from "@wap/core/store";

/** Where things are, and with what. */
export interface WorkspaceSettings {
  /** Where the user stands: relative paths start here. */
  cwd: string;
  /** The home folder, absolute. */
  home: string;
  /** The folder of flows, absolute. */
  flows: string;
  /** The lakehouse that runs use unless they say otherwise. */
  lakehouse: string;
}

/** Settings from flags, then environment, then defaults. */
export function readSettings(flag: (name: string) => string | undefined, env: (name: string) => string | undefined, cwd: string): WorkspaceSettings {
  const path = (name: string, fallback: string) => resolve(cwd, flag(name) ?? env(`WAP_${name.toUpperCase()}`) ?? fallback);
  return { cwd, home: path("home", ".wap"), flows: path("flows", "flows"), lakehouse: flag("lakehouse") ?? env("WAP_LAKEHOUSE") ?? "local" };
}

/** The parts of one invocation. Native libraries load with the part that needs them. */
export class Workspace implements AsyncDisposable {
  /** Where things are. */
  readonly settings: WorkspaceSettings;
  #store: RunStore | undefined;
  readonly #lakehouses = new Map<string, Promise<Lakehouse>>();

  /** Opens nothing yet. */
  constructor(settings: WorkspaceSettings) {
    this.settings = settings;
  }

  /** The run store, made if it is not there. */
  async store(): Promise<RunStore> {
    const { RunStore } = await import("@wap/core/store");
    return this.#store ??= RunStore.open(this.#storePath);
  }

  /** The run store, or null where no run was ever stored: reading makes no folders. */
  async existingStore(): Promise<RunStore | null> {
    return existsSync(this.#storePath) ? await this.store() : null;
  }

  /** The lakehouse of a kind. @throws {UsageError} If there is no such kind. */
  lakehouse(kind: string = this.settings.lakehouse): Promise<Lakehouse> {
    const known = this.#lakehouses.get(kind);
    if (known) return known;
    const opened = this.openLakehouse(kind);
    this.#lakehouses.set(kind, opened);
    opened.catch(() => this.#lakehouses.delete(kind)); // The next one who asks tries again.
    return opened;
  }

  /** The engine over store and lakehouses. */
  async engine(): Promise<Engine> {
    const { Engine } = await import("@wap/core");
    return new Engine({ store: await this.store(), lakehouse: (kind) => this.lakehouse(kind), loadFlow: (source) => this.loadFlow(source) });
  }

  /** The flow in a file. */
  async loadFlow(source: string): Promise<Flow> {
    const { loadFlowFile } = await import("@wap/core");
    return await loadFlowFile(source);
  }

  /** The flow of a name or path; a path is relative to where the user stands. */
  async flow(nameOrPath: string): Promise<Flow> {
    const { findFlow } = await import("@wap/core");
    const path = nameOrPath.includes("/") || nameOrPath.includes(".") ? resolve(this.settings.cwd, nameOrPath) : nameOrPath;
    return await findFlow(existsSync(path) || nameOrPath.includes("/") ? path : nameOrPath, { folder: this.settings.flows });
  }

  /** Closes what was opened. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const lakehouse of this.#lakehouses.values()) await (await lakehouse)[Symbol.asyncDispose]();
    this.#store?.[Symbol.dispose]();
  }

  /** Opens a lakehouse; it is closed with the workspace. */
  protected async openLakehouse(kind: string): Promise<Lakehouse> {
    if (kind !== "local") {
      throw new UsageError(`Cannot open lakehouse "${kind}": there is no such kind`, { hint: "Use --lakehouse local" });
    }
    const { openLakehouse } = await import("@wap/lakehouse");
    return openLakehouse({ path: join(this.settings.home, "lakehouse") });
  }

  get #storePath(): string {
    return join(this.settings.home, "wap.db");
  }
}
