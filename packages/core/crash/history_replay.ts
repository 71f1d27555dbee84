/**
 * Replaying a run's history: whether what is stored about a run follows from what happened to it, event by event.
 *
 * @module
 */
import { canonicalJson } from "../digest.ts";
import { advance, type MachineState } from "../machine/advance.ts";
import { initialContext } from "../machine/context.ts";
import type { WapEvent } from "../machine/events.ts";
import type { HistoryEvent, StoredRun } from "../store/records.ts";
import type { RunStore } from "../store/run_store.ts";

/**
 * Says what is wrong with a run's history: a gap in the numbers, states that do not connect, an event the machine does not take there, or a stored
 * state that is not where the events lead.
 *
 * @param store The store.
 * @param runId The run.
 * @returns One sentence per fault; none if all is well.
 */
export function findHistoryFaults(store: RunStore, runId: string): string[] {
  const run = store.find(runId);
  const [created, ...events] = store.history(run.id);
  if (created?.type !== "CREATED" || created.number !== 1) return [`its history begins with ${created?.type ?? "nothing"}`];
  const faults = run.eventCount === events.length + 1 ? [] : [`it counts ${run.eventCount} events, its history has ${events.length + 1}`];
  let current: MachineState = { state: created.toState, context: initialContext(store.inputs(run.id).spec, run.branch) };
  for (const [index, event] of events.entries()) {
    if (event.number !== index + 2) return [...faults, `event ${index + 2} of its history has number ${event.number}`];
    const { next, fault } = replay(current, event);
    if (next === null) return [...faults, fault];
    current = next;
  }
  return [...faults, ...findDifferences(run, current)];
}

function replay(
  current: MachineState,
  { number, type, body, fromState, toState }: HistoryEvent,
): { next: MachineState; fault: null } | { next: null; fault: string } {
  const what = `event ${number} of its history, ${type},`;
  if (fromState !== current.state) return { next: null, fault: `${what} begins in ${fromState}, but the one before ended in ${current.state}` };
  try {
    const next = advance(current, { type, ...body } as WapEvent);
    return next.state === toState ? { next, fault: null } : { next: null, fault: `${what} ends in ${toState}, but leads to ${next.state}` };
  } catch (error) {
    return { next: null, fault: `${what} cannot happen there: ${(error as Error).message}` };
  }
}

function findDifferences(run: StoredRun, replayed: MachineState): string[] {
  if (run.state !== replayed.state) return [`it is stored as ${run.state}, but its history ends in ${replayed.state}`];
  const keys = Object.keys(replayed.context) as (keyof MachineState["context"])[];
  const differing = keys.filter((key) => canonicalJson(run.context[key] ?? null) !== canonicalJson(replayed.context[key] ?? null));
  return differing.map((key) => `its stored context differs from its history in "${key}"`);
}
