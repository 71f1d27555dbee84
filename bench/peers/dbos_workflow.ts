/**
 * Do-nothing steps as a DBOS workflow.
 *
 * @module
 */
import { DBOS } from "@dbos-inc/dbos-sdk";

/** Registers a workflow of so many steps, named 1, 2, …, and starts DBOS on a PostgreSQL database, with its default settings but for the log. */
export async function launchWorkflow(
  url: string,
  { steps, doStep }: { steps: number; doStep: (step: number) => Promise<number> },
): Promise<() => Promise<number>> {
  const workflow = DBOS.registerWorkflow(async () => {
    let done = 0;
    for (let step = 1; step <= steps; step++) done += await DBOS.runStep(() => doStep(step), { name: String(step) });
    return done;
  }, { name: "do nothing" });
  DBOS.setConfig({ name: "bench", systemDatabaseUrl: url, logLevel: "error" });
  await DBOS.launch();
  return workflow;
}
