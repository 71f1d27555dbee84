/**
 * `wap/size`: a file stops at 400 lines, a function at 60.
 *
 * @module
 */

const FILE_STOP = 400;
const FUNCTION_STOP = 60;

type FunctionNode = Deno.lint.FunctionDeclaration | Deno.lint.FunctionExpression | Deno.lint.ArrowFunctionExpression;

/** The rule. */
export const size: Deno.lint.Rule = {
  create(context) {
    const { text } = context.sourceCode;
    function check(node: FunctionNode): void {
      const lines = text.slice(...node.range).split("\n").length;
      if (lines <= FUNCTION_STOP) return;
      context.report({ node, message: `A function has ${lines} lines, the stop is ${FUNCTION_STOP}`, hint: "Split it where a part can be named" });
    }
    return {
      Program(node) {
        const lines = text.trimEnd().split("\n").length;
        if (lines <= FILE_STOP) return;
        context.report({ node, message: `The file has ${lines} lines, the stop is ${FILE_STOP}`, hint: "Split it by idea, one file for each" });
      },
      FunctionDeclaration: check,
      FunctionExpression: check,
      ArrowFunctionExpression: check,
    };
  },
};
