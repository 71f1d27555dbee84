/**
 * One transition of a run, from stored state to stored state.
 *
 * @module
 */
import { createActor } from "xstate";
import { UsageError } from "../errors.ts";
import type { RunState } from "../run.ts";
import type { WapContext } from "./context.ts";
import type { WapEvent } from "./events.ts";
import { wapMachine } from "./machine.ts";

/** What people ask of a run, in their words; every other event is of our own making. */
const ASKED: Partial<Record<WapEvent["type"], string>> = { APPROVED: "approve", REJECTED: "reject", CANCELLED: "cancel", REVERTED: "revert" };

/** A run as the machine sees it: what the store keeps of it. */
export interface MachineState {
  /** Where it stands. */
  state: RunState;
  /** What it remembers. */
  context: WapContext;
}

const actor = createActor(wapMachine, { input: {} as WapContext });

function nothing(): void {}

/** XState transitions in the scope of an actor, of which this machine makes no use. Its `transition()` makes one each time, which takes twice as long again. */
const SCOPE: Parameters<typeof wapMachine.transition>[2] = {
  self: actor,
  system: actor.system,
  id: actor.id,
  sessionId: actor.sessionId,
  logger: nothing,
  defer: nothing,
  emit: nothing,
  stopChild: nothing,
  actionExecutor: nothing,
};

/** Whether an event means something to a run where it stands. */
export function accepts(current: MachineState, event: WapEvent): boolean {
  return wapMachine.resolveState({ value: current.state, context: current.context }).can(event);
}

/**
 * Applies an event to a run. Pure.
 *
 * @param current Where the run stands.
 * @param event What happened.
 * @returns Where it stands now.
 * @throws {UsageError} If the event means nothing in that state.
 */
export function advance(current: MachineState, event: WapEvent): MachineState {
  const snapshot = wapMachine.resolveState({ value: current.state, context: current.context });
  if (!snapshot.can(event)) {
    throw new UsageError(`Cannot ${ASKED[event.type] ?? `apply ${event.type} to`} the run: its state is ${current.state}`, {
      code: "wrong_state",
      hint: 'Look at the run with "wap show"',
    });
  }
  const next = wapMachine.transition(snapshot, event, SCOPE);
  // A failed try belongs to the step that is next: whatever else happens ends it.
  const retry = event.type === "TRY_FAILED" ? next.context.retry : null;
  return { state: next.value as RunState, context: { ...next.context, retry } };
}
