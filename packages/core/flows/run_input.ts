/**
 * What one run of a flow is asked beyond what the flow says: flags, environment, a webhook's body.
 *
 * @module
 */
import { isAbsolute, resolve } from "node:path";
import type { Check } from "../check.ts";
import { UsageError } from "../errors.ts";
import type { Approval, FlowSpec, OnFailure, TableSpec } from "../flow.ts";
import type { WriteMode } from "../lakehouse.ts";
import { parseIdentifier, parseNamespace, parseRefName } from "../names.ts";
import { completeChecks } from "./define_flow.ts";

/** What one run is asked; every field beats the flow's. */
export interface RunInput {
  /** Where relative paths start. */
  cwd: string;
  /** Files in place of the flow's. */
  from?: string[];
  /** A namespace in place of the flow's. */
  namespace?: string;
  /** A table in place of the flow's. */
  table?: string;
  /** A mode in place of the flow's. */
  mode?: WriteMode;
  /** Import files the table has already. */
  importDuplicateFiles?: boolean;
  /** Checks besides the flow's. */
  checks?: Check[];
  /** A name for the run's branch. */
  branch?: string;
  /** A branch to publish to in place of the flow's. */
  target?: string;
  /** What happens to the branch of a rejected or failed run. */
  onFailure?: OnFailure;
  /** When a person must say yes. */
  approval?: Approval;
  /** Publish though no check of the flow's own could block. */
  allowUnaudited?: boolean;
  /** Same flow and key: the same run. */
  idempotencyKey?: string;
}

const URL_REGEXP = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;

/**
 * A source as stored with a run: URLs as they are, paths absolute, so that the run can be resumed from anywhere.
 *
 * @throws {UsageError} For a URL with a password: it would be stored.
 */
export function absoluteSource(from: string, cwd: string): string {
  const url = URL_REGEXP.test(from) ? URL.parse(from) : null;
  if (url?.username || url?.password) {
    throw new UsageError(`Cannot import from ${url.protocol}//${url.host}${url.pathname}: the URL has a password in it`, {
      code: "password_in_source",
      hint: "A URL is kept with the run and the table; use one without",
    });
  }
  return URL_REGEXP.test(from) || isAbsolute(from) ? from : resolve(cwd, from);
}

/**
 * The spec of one run.
 *
 * @throws {UsageError} If the input names one table's fields and the flow has several tables, or a name is not valid.
 */
export function applyInput(spec: FlowSpec, input: RunInput): FlowSpec {
  const { from, namespace, table, mode, checks, importDuplicateFiles } = input;
  const ofOneTable = [from, namespace, table, mode, checks?.length, importDuplicateFiles].some((field) => field !== undefined && field !== 0);
  if (ofOneTable && spec.tables.length > 1) {
    throw new UsageError(`Cannot run flow "${spec.name}" with another source, table, mode or check: it has several tables`, {
      code: "several_tables",
      hint: "Change the flow's file instead",
    });
  }
  return {
    ...spec,
    tables: spec.tables.map((one) => absolute(ofOneTable ? overridden(one, input) : one, input.cwd)),
    target: input.target === undefined ? spec.target : parseRefName(input.target),
    onFailure: input.onFailure ?? spec.onFailure,
    approval: input.approval ?? spec.approval,
  };
}

function overridden(table: TableSpec, input: RunInput): TableSpec {
  const into = {
    namespace: input.namespace === undefined ? table.into.namespace : parseNamespace(input.namespace),
    table: input.table === undefined ? table.into.table : parseIdentifier(input.table, "table name"),
    mode: input.mode ?? table.into.mode,
  };
  const checks = [...table.checks.map((spec) => ({ spec })), ...input.checks ?? []];
  return {
    ...table,
    from: input.from ?? table.from,
    into,
    importDuplicateFiles: input.importDuplicateFiles ?? table.importDuplicateFiles,
    checks: completeChecks(checks).map((check) => check.spec),
  };
}

function absolute(table: TableSpec, cwd: string): TableSpec {
  return { ...table, from: table.from.map((one) => absoluteSource(one, cwd)) };
}
