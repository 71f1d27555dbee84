/**
 * Runs `deno doc --lint` on the public modules. A public function may speak of another package's types: what it says of those is left out.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";

/** Types of other packages that our public functions speak of. */
const FOREIGN_TYPES = new Set(["DataType", "RecordBatch", "Schema", "Table", "ZodType"]);

/**
 * Splits what `deno doc --lint` printed into findings and leaves out those that only say that a type is another package's.
 *
 * @param output The output, with or without colours.
 * @returns The findings left, as text.
 */
export function ownFindings(output: string): string[] {
  const findings = stripVTControlCharacters(output).split(/^(?=error\[)/m).filter((finding) => finding.startsWith("error["));
  return findings.filter((finding) => !FOREIGN_TYPES.has(/^error\[private-type-ref\].* references private type '(\w+)'/.exec(finding)?.[1] ?? ""));
}

if (import.meta.main) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: ["doc", "--quiet", "--lint", ...Deno.args] }).output();
  const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  const findings = ownFindings(output);
  for (const finding of findings) console.error(finding.trimEnd(), "\n");
  // A failure without findings is one of the tool itself, such as a file that does not parse.
  const broken = code !== 0 && !stripVTControlCharacters(output).includes("error[");
  if (broken) console.error(output);
  Deno.exit(findings.length > 0 || broken ? 1 : 0);
}
