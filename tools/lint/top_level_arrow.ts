/**
 * `wap/top-level-arrow`: a function at the top level is a declaration.
 *
 * @module
 */

/** The rule. */
export const topLevelArrow: Deno.lint.Rule = {
  create(context) {
    function check(node: Deno.lint.VariableDeclaration): void {
      for (const { init } of node.declarations) {
        if (init?.type === "ArrowFunctionExpression" || init?.type === "FunctionExpression") {
          context.report({ node, message: "A top-level function is a declaration", hint: "Write it as function name() {}" });
        }
      }
    }
    return {
      "Program > VariableDeclaration": check,
      "Program > ExportNamedDeclaration > VariableDeclaration": check,
    };
  },
};
