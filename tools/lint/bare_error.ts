/**
 * `wap/bare-error`: members throw errors of a class that says what the caller does next, never a bare `Error`.
 *
 * @module
 */
import { placeOf } from "./place.ts";

/** The rule; tests, and what is not under `packages/` or `apps/`, are exempt. */
export const bareError: Deno.lint.Rule = {
  create(context) {
    if (!placeOf(context.filename)?.isProduct) return {};
    return {
      "ThrowStatement > NewExpression[callee.name='Error']"(node: Deno.lint.NewExpression) {
        context.report({
          node,
          message: "A bare Error does not say what the caller does next",
          hint: "Throw a class of packages/core/errors.ts, or one of your own",
        });
      },
    };
  },
};
