/**
 * A workspace that tells of every fault point its parts pass.
 *
 * @module
 */
import type { Flow, Lakehouse } from "@wap/core";
import { type FaultPoint, interceptFlow, interceptLakehouse, type Interceptor, interceptStore, observingFaultPoints } from "@wap/core/crash";
import type { RunStore } from "@wap/core/store";
import { Workspace, type WorkspaceSettings } from "../workspace.ts";

/** Options of an {@linkcode ObservedWorkspace}. */
export interface ObservedOptions {
  /** Told of each fault point. */
  observe: (point: FaultPoint) => void;
  /** Opens the lakehouse; the one that a workspace opens if absent. */
  openLakehouse?: () => Promise<Lakehouse>;
}

/** The parts of one invocation, all of whose writes and calls are observed. */
export class ObservedWorkspace extends Workspace {
  readonly #interceptor: Interceptor;
  readonly #openElsewhere: (() => Promise<Lakehouse>) | undefined;
  #observed: Promise<RunStore> | undefined;

  /** Opens nothing yet. */
  constructor(settings: WorkspaceSettings, { observe, openLakehouse }: ObservedOptions) {
    super(settings);
    this.#interceptor = observingFaultPoints(observe);
    this.#openElsewhere = openLakehouse;
  }

  /** See {@linkcode Workspace.store}. */
  override store(): Promise<RunStore> {
    return this.#observed ??= this.#interceptor({ point: "open store", args: [] }, async () => interceptStore(await super.store(), this.#interceptor));
  }

  /** See {@linkcode Workspace.loadFlow}. */
  override async loadFlow(source: string): Promise<Flow> {
    return interceptFlow(await super.loadFlow(source), this.#interceptor);
  }

  /** See {@linkcode Workspace.openLakehouse}. */
  protected override openLakehouse(kind: string): Promise<Lakehouse> {
    const open = this.#openElsewhere ?? (() => super.openLakehouse(kind));
    return this.#interceptor({ point: "open lakehouse", args: [] }, async () => interceptLakehouse(await open(), this.#interceptor));
  }
}
