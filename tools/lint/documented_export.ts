/**
 * `wap/documented-export`: every exported declaration has a doc comment.
 *
 * @module
 */
import { placeOf } from "./place.ts";

/** The rule; tests, and what is not under `packages/` or `apps/`, are exempt. */
export const documentedExport: Deno.lint.Rule = {
  create(context) {
    if (!placeOf(context.filename)?.isProduct) return {};
    const { text } = context.sourceCode;
    function isDocumented(node: Deno.lint.Node): boolean {
      const comment = context.sourceCode.getCommentsBefore(node).at(-1);
      return comment?.type === "Block" && comment.value.startsWith("*") && text.slice(comment.range[1], node.range[0]).trim() === "";
    }
    return {
      Program({ body }) {
        body.forEach((node, i) => {
          if (node.type !== "ExportNamedDeclaration" || !node.declaration || isDocumented(node)) return;
          // What a function with overloads does is said at each overload; the body that follows them is not seen from outside.
          if (node.declaration.type === "FunctionDeclaration" && isOverload(body[i - 1])) return;
          context.report({ node, message: "An exported declaration has no doc comment", hint: "Say in one sentence what it is or does" });
        });
      },
    };
  },
};

function isOverload(node: Deno.lint.Node | undefined): boolean {
  return node?.type === "ExportNamedDeclaration" && node.declaration?.type === "TSDeclareFunction";
}
