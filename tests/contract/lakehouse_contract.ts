/**
 * The contract of the `Lakehouse` port as tests that every backend passes.
 *
 * @module
 */
import type { Lakehouse } from "@wap/core";
import { abortContract } from "./abort_contract.ts";
import { commitContract } from "./commit_contract.ts";
import { importContract } from "./import_contract.ts";
import { importFailureContract } from "./import_failure_contract.ts";
import { mergeContract } from "./merge_contract.ts";
import { queryContract } from "./query_contract.ts";
import { readOnlyContract } from "./read_only_contract.ts";
import { refContract } from "./ref_contract.ts";
import { schemaContract } from "./schema_contract.ts";
import { valueContract } from "./value_contract.ts";
import { type ContractTests, World } from "./world.ts";

const CONTRACT: ContractTests = {
  ...refContract,
  ...commitContract,
  ...importContract,
  ...importFailureContract,
  ...schemaContract,
  ...queryContract,
  ...valueContract,
  ...readOnlyContract,
  ...mergeContract,
  ...abortContract,
};

/**
 * Registers the tests of the contract for one backend.
 *
 * @param backend Its name, which the tests' names begin with.
 * @param open Opens an empty lakehouse; called once per test, which disposes of what it answers.
 */
export function testLakehouse(backend: string, open: () => Promise<Lakehouse>): void {
  for (const [name, test] of Object.entries(CONTRACT)) {
    Deno.test(`${backend}: ${name}`, async () => {
      await using world = await World.open(open);
      await test(world);
    });
  }
}
