import { assertEquals } from "@std/assert";
import { ownFindings } from "./check_docs.ts";

const FOREIGN = `error[private-type-ref]: public type 'arrowColumns' references private type 'Schema'
   --> /w/packages/core/arrow_types.ts:119:1
    |
119 | export function arrowColumns({ schema }: { schema: Schema }): string[] {
    | ^
    = hint: make the referenced type public or remove the reference
    |
  7 | export declare class Schema<T extends TypeMap = any> {
    | - this is the referenced type
`;
const OWN = `error[private-type-ref]: public type 'parseFlow' references private type 'FlowOrigin'
   --> /w/packages/core/flows/define_flow.ts:100:1
    |
100 | export function parseFlow(definition: unknown, origin: FlowOrigin): Flow {
    | ^
    |
 60 | export interface FlowOrigin {
    | - this is the referenced type
`;
const UNDOCUMENTED = `error[missing-jsdoc]: exported symbol is missing JSDoc documentation
  --> /w/packages/core/flow.ts:38:3
`;

Deno.test("ownFindings() leaves out that another package's type is not ours, and nothing else", () => {
  assertEquals(ownFindings(`${FOREIGN}\n${OWN}\n${UNDOCUMENTED}`).map((finding) => finding.split("\n")[0]), [
    "error[private-type-ref]: public type 'parseFlow' references private type 'FlowOrigin'",
    "error[missing-jsdoc]: exported symbol is missing JSDoc documentation",
  ]);
});

Deno.test("ownFindings() finds nothing in the output of a clean run", () => {
  assertEquals(ownFindings("Checked 5 files\n"), []);
});
