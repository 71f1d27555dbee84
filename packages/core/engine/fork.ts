/**
 * Runs made from runs: the same again, or from the middle of one on.
 *
 * @module
 */
import { NotFoundError, UsageError } from "../errors.ts";
import { digestOf } from "../digest.ts";
import { type Fork, initialContext } from "../machine/context.ts";
import type { HistoryEvent, RunInputs, StoredRun } from "../store/records.ts";
import type { NewRun } from "../store/run_store.ts";
import { newRunId } from "./submit.ts";

/** States that a fork can begin with: the branch is written by then. */
export const FORK_STATES = ["transforming", "auditing"] as const;

/** A new run of what another was asked to do. */
export function repeatOf(run: StoredRun, inputs: RunInputs): NewRun {
  return derive(run, inputs, null);
}

/**
 * A new run that takes over what another wrote to its branch.
 *
 * @param run The other run.
 * @param inputs What it was asked to do.
 * @param options Its history, and the state the new run begins with.
 * @throws {NotFoundError} If the other run wrote nothing.
 */
export function forkOf(run: StoredRun, inputs: RunInputs, options: { history: HistoryEvent[]; from: Fork["state"] }): NewRun {
  const { history, from } = options;
  const head = writtenHead(history, from);
  if (head === null || run.context.base === null) {
    throw new NotFoundError(`Cannot fork run ${run.id} from ${from}: it wrote nothing to its branch`, {
      code: "nothing_to_fork",
      hint: `Start it anew with "wap retry ${run.id}"`,
    });
  }
  const forked = derive(run, inputs, { runId: run.id, head, state: from });
  const context = { ...forked.context, base: run.context.base, tables: run.context.tables };
  return { ...forked, context };
}

function derive(run: StoredRun, { spec, source, fingerprint }: RunInputs, fork: Fork | null): NewRun {
  const id = newRunId();
  const branch = `wap/${spec.name}/${id}`;
  return {
    id,
    spec,
    source,
    fingerprint,
    lakehouse: run.lakehouse,
    context: { ...initialContext(spec, branch), fork },
    idempotencyKey: null,
    inputDigest: digestOf({ spec, of: run.id, fork }),
  };
}

/** The commit on the branch that a fork begins with: what was audited, or what was imported last. */
function writtenHead(history: HistoryEvent[], from: Fork["state"]): string | null {
  const audited = history.findLast((event) => event.type === "AUDITED")?.body.audit as { branchCommit: string } | undefined;
  if (from === "auditing" && audited) return audited.branchCommit;
  const imported = history.filter((event) => event.type === "IMPORTED" && (event.body.filesImported as number) > 0).at(-1);
  return (imported?.body.commit as string | undefined) ?? null;
}

/** A state name as a fork's. @throws {UsageError} If a fork cannot begin there. */
export function parseForkState(value: string): Fork["state"] {
  if ((FORK_STATES as readonly string[]).includes(value)) return value as Fork["state"];
  throw new UsageError(`Cannot fork from ${value}: the branch is not written by then`, {
    code: "usage",
    hint: `Use one of ${FORK_STATES.join(", ")}; to do everything anew, use "wap retry"`,
  });
}
