/**
 * `wap check`: validating a flow without running it.
 *
 * @module
 */
import { type CheckSpec, type Flow, formatDuration, formatTableName, type Limits, STEP_ATTEMPTS, type Threshold } from "@wap/core";
import { type Command, FLOWS_FLAG } from "../command.ts";
import { EXIT } from "../exit_code.ts";
import { print, printJson } from "../output.ts";

/** The verb. */
export const command: Command = {
  summary: "Read a flow, say what it would do, and report what is wrong with it.",
  usage: "<flow>",
  arity: [1, 1],
  flags: { ...FLOWS_FLAG },
  examples: ["check yellow_trips", "check examples/yellow_trips.yaml"],
  async run(invocation, workspace) {
    const flow = await workspace.flow(invocation.positionals[0]!);
    if (invocation.has("json")) printJson({ flow: flow.spec });
    else print(renderFlow(flow));
    return EXIT.ok;
  },
};

function renderFlow({ spec }: Flow): string {
  const { name, version, tables, steps, hooks, target, onFailure, approval, webhook, limits } = spec;
  const hookNames = Object.entries(hooks).filter(([, has]) => has).map(([hook]) => hook);
  return [
    `Flow ${name}, version ${version}, is sound`,
    ...tables.flatMap(({ into, from, checks, transform }) => [
      `  ${formatTableName({ namespace: into.namespace, name: into.table })} (${into.mode}) from ${from.join(", ") || "what the run says"}`,
      ...(transform ? [`    transform: ${transform}`] : []),
      ...checks.map((check) => `    check ${check.name}: ${levels(check)}${check.where ? `, where ${check.where}` : ""}, on ${scope(check)}`),
    ]),
    ...(steps.length > 0 ? [`  steps: ${steps.map((step) => step.name).join(", ")}`] : []),
    ...(hookNames.length > 0 ? [`  hooks: ${hookNames.join(", ")}`] : []),
    `  publishes to ${target}; approval ${approval}; on failure ${onFailure} the branch`,
    `  ${limitsText(limits)}`,
    ...(webhook ? [`  takes webhooks signed with the secret in ${webhook.secretEnv}`] : []),
  ].join("\n");
}

function limitsText({ retries, stepTimeoutMs, deadlineMs, approvalExpiresMs }: Limits): string {
  const tries = retries.attempts === 1 ? "tries each step once" : `tries each step up to ${retries.attempts} times, ` +
    `${formatDuration(retries.initialMs)} to ${formatDuration(retries.maxMs)} apart, steps in code up to ${
      Math.min(STEP_ATTEMPTS, retries.attempts)
    } times unless they say otherwise`;
  const deadline = deadlineMs === null ? "no deadline" : `deadline ${formatDuration(deadlineMs)}`;
  const expiry = approvalExpiresMs === null ? "" : `; an approval has to come within ${formatDuration(approvalExpiresMs)}`;
  return `${tries}; a step may take ${formatDuration(stepTimeoutMs)}; ${deadline}${expiry}`;
}

function scope(check: CheckSpec): string {
  return check.scope === "delta" ? "what is added" : "the whole table";
}

function levels({ fail, warn }: CheckSpec): string {
  return [...(fail ? [`blocks ${tolerance(fail)}`] : []), ...(warn ? [`warns ${tolerance(warn)}`] : [])].join(", ");
}

function tolerance({ maxCount, maxPct }: Threshold): string {
  const limits = [...(maxPct === undefined ? [] : [`${maxPct} %`]), ...(maxCount === undefined || maxCount === 0 ? [] : [`${maxCount} rows`])];
  return limits.length === 0 ? "on any violation" : `above ${limits.join(" or ")}`;
}
