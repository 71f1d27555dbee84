/**
 * `wap/error-message`: errors say "Cannot <verb> <what>: <why>", without a contraction and without a period at the end.
 *
 * It looks at what is handed first to the constructor of a class named `…Error`, and at `super()` in such a class. Text it cannot see, because it comes
 * from a variable, and text without a space, which is a name and no message, it leaves alone.
 *
 * @module
 */
import { placeOf } from "./place.ts";

const CONTRACTION_REGEXP = /\b(?:\w+n['’]t|\w+['’](?:re|ll|ve|d|m)|(?:it|that|there|here|what|who|where|let|he|she)['’]s)\b/i;

/** What can be seen of a text without running the code: null where an unknown part begins or ends it. */
interface VisibleText {
  /** How it begins. */
  start: string | null;
  /** How it ends. */
  end: string | null;
  /** Every part that can be seen. */
  parts: string[];
}

/** The rule; tests are exempt. */
export const errorMessage: Deno.lint.Rule = {
  create(context) {
    if (placeOf(context.filename)?.isTest) return {};
    function check(message: Deno.lint.Node | undefined): void {
      if (!message) return;
      for (const text of readTexts(message)) {
        const fault = findFault(text);
        if (fault) context.report({ node: message, message: fault, hint: 'Write it as "Cannot <verb> <what>: <why>"' });
      }
    }
    return {
      NewExpression(node) {
        if (node.callee.type === "Identifier" && node.callee.name.endsWith("Error")) check(node.arguments[0]);
      },
      "ClassDeclaration[superClass.name=/Error$/] CallExpression[callee.type='Super']"(node: Deno.lint.CallExpression) {
        check(node.arguments[0]);
      },
    };
  },
};

/** The texts an expression can give: two for a choice between two, none for what cannot be seen. */
function readTexts(node: Deno.lint.Node): VisibleText[] {
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" ? [{ start: node.value, end: node.value, parts: [node.value] }] : [];
    case "TemplateLiteral": {
      const parts = node.quasis.map((quasi) => quasi.cooked);
      return [{ start: parts.at(0) || null, end: parts.at(-1) || null, parts }];
    }
    case "BinaryExpression": {
      const [left, right] = [readTexts(node.left)[0], readTexts(node.right)[0]];
      return left || right ? [{ start: left?.start ?? null, end: right?.end ?? null, parts: [...left?.parts ?? [], ...right?.parts ?? []] }] : [];
    }
    case "ConditionalExpression":
      return [...readTexts(node.consequent), ...readTexts(node.alternate)];
    default:
      return [];
  }
}

function findFault({ start, end, parts }: VisibleText): string | null {
  if (!parts.some((part) => part.includes(" "))) return null;
  if (start !== null && !start.startsWith("Cannot ")) return 'An error message begins with "Cannot "';
  if (end?.endsWith(".")) return "An error message ends without a period";
  const contraction = parts.map((part) => part.match(CONTRACTION_REGEXP)?.[0]).find((found) => found !== undefined);
  return contraction ? `An error message has no contraction: "${contraction}"` : null;
}
