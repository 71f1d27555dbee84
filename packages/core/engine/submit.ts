/**
 * From a flow and what was asked of it to a run that can be stored.
 *
 * @module
 */
import { digestOf } from "../digest.ts";
import { UsageError } from "../errors.ts";
import type { Flow, FlowSpec } from "../flow.ts";
import { fingerprintOf } from "../flows/fingerprint.ts";
import { absoluteSource, applyInput, type RunInput } from "../flows/run_input.ts";
import { initialContext } from "../machine/context.ts";
import { formatTableName, parseRefName } from "../names.ts";
import type { NewRun } from "../store/run_store.ts";
import { tableNameOf } from "./import_effects.ts";

const ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const ID_LENGTH = 13;

/** A new run's id: 65 random bits in Crockford's base 32, so that a few first characters tell runs apart. */
export function newRunId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_LENGTH));
  return Array.from(bytes, (byte) => ID_ALPHABET[byte & 31]).join("");
}

/**
 * Makes a run of a flow.
 *
 * @throws {UsageError} If something is missing, or nothing of the flow's own could block a publish.
 */
export function newRun(flow: Flow, input: RunInput & { lakehouse: string }): NewRun {
  const id = newRunId();
  const spec = applyInput(flow.spec, input);
  for (const table of spec.tables) {
    if (table.from.length === 0) {
      throw new UsageError(`Cannot run flow "${spec.name}": nothing says where ${formatTableName(tableNameOf(table))} comes from`, {
        code: "no_source",
        hint: "Add from: to the flow, or give --from (or S3_PATH)",
      });
    }
  }
  if (!input.allowUnaudited) refuseUnaudited(spec);
  const branch = parseRefName(input.branch ?? `wap/${spec.name}/${id}`);
  if (branch === spec.target) {
    throw new UsageError(`Cannot write to branch "${branch}": it is the target`, { code: "invalid_name", hint: "Choose another --branch_name" });
  }
  return {
    id,
    spec,
    source: flow.source,
    fingerprint: fingerprintOf(flow.spec),
    lakehouse: input.lakehouse,
    context: initialContext(spec, branch),
    idempotencyKey: input.idempotencyKey ?? null,
    inputDigest: digestOf(askedFor(input)),
  };
}

/** What makes an input the same as another: who asks again does not ask for something else because the flow's file has changed since. */
function askedFor({ cwd, idempotencyKey: _, from, checks, ...rest }: RunInput & { lakehouse: string }) {
  return { ...rest, from: from?.map((one) => absoluteSource(one, cwd)), checks: checks?.map((check) => check.spec) };
}

function refuseUnaudited(spec: FlowSpec): void {
  for (const table of spec.tables) {
    if (table.checks.some((check) => check.fail !== undefined && !check.implicit)) continue;
    throw new UsageError(`Cannot run flow "${spec.name}": no check of its own could block ${formatTableName(tableNameOf(table))}`, {
      code: "no_blocking_check",
      hint: "Add a check with severity fail, such as --check 'not_null(id)', or say --allow-unaudited",
    });
  }
}
