/**
 * `wap/parameter-count`: a function takes at most two arguments and then options.
 *
 * @module
 */
import { placeOf } from "./place.ts";

const MOST = 3;

/** The rule; tests, and what is not under `packages/` or `apps/`, are exempt. */
export const parameterCount: Deno.lint.Rule = {
  create(context) {
    if (!placeOf(context.filename)?.isProduct) return {};
    function check(node: Deno.lint.FunctionDeclaration | Deno.lint.FunctionExpression): void {
      if (node.params.length <= MOST) return;
      context.report({ node, message: `A function has ${node.params.length} parameters`, hint: "Take at most two arguments, then options" });
    }
    return { FunctionDeclaration: check, FunctionExpression: check };
  },
};
