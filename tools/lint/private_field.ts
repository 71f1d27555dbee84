/**
 * `wap/private-field`: what is private in a class is a `#field`, which is private at run time too, and a field is declared where fields are.
 *
 * @module
 */

/** The rule. */
export const privateField: Deno.lint.Rule = {
  create(context) {
    function check(node: Deno.lint.PropertyDefinition | Deno.lint.MethodDefinition): void {
      const isConstructor = node.type === "MethodDefinition" && node.kind === "constructor";
      if (node.accessibility !== "private" || isConstructor) return;
      context.report({ node, message: 'The keyword "private" holds for the type checker only', hint: "Write it as #name" });
    }
    return {
      PropertyDefinition: check,
      MethodDefinition: check,
      TSParameterProperty({ range }) {
        context.report({ range, message: "A parameter is not the place to declare a field", hint: "Declare it in the class and set it in the constructor" });
      },
    };
  },
};
