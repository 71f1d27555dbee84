/**
 * Seven do-nothing steps as a DBOS workflow.
 *
 * @module
 */
import { DBOS } from "@dbos-inc/dbos-sdk";

const STEPS = 7;

/** Registers the workflow and starts DBOS on a PostgreSQL database, with its default settings but for the log. */
export async function launchWorkflow(url: string, doStep: (step: number) => Promise<number> = (step) => Promise.resolve(step)): Promise<() => Promise<number>> {
  const workflow = DBOS.registerWorkflow(async () => {
    let done = 0;
    for (let step = 1; step <= STEPS; step++) done += await DBOS.runStep(() => doStep(step), { name: `step ${step}` });
    return done;
  }, { name: "seven steps" });
  DBOS.setConfig({ name: "bench", systemDatabaseUrl: url, logLevel: "error" });
  await DBOS.launch();
  return workflow;
}
