/**
 * The contract of the `Lakehouse` port as tests that every backend passes.
 *
 * @module
 */
import type { Lakehouse } from "@wap/core";
import { SHARED_DATA } from "../support/wap_process.ts";
import { abortContract } from "./abort_contract.ts";
import { commitContract } from "./commit_contract.ts";
import { historyContract } from "./history_contract.ts";
import { importContract } from "./import_contract.ts";
import { importFailureContract } from "./import_failure_contract.ts";
import { mergeContract } from "./merge_contract.ts";
import { queryContract } from "./query_contract.ts";
import { readOnlyContract } from "./read_only_contract.ts";
import { realDataContract } from "./real_data_contract.ts";
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
  ...historyContract,
  ...abortContract,
};

/**
 * Registers the tests of the contract for one backend.
 *
 * @param backend Its name, which the tests' names begin with.
 * @param open Opens an empty lakehouse; called once per test, which disposes of what it answers.
 */
export function testLakehouse(backend: string, open: () => Promise<Lakehouse>): void {
  register(CONTRACT, { backend, open });
  const ignore = SHARED_DATA === null;
  if (ignore) console.warn(`The contract of the ${backend} lakehouse on real files is skipped: there is no ../shared/data`);
  register(realDataContract, { backend, open, ignore });
}

function register(tests: ContractTests, { backend, open, ignore = false }: { backend: string; open: () => Promise<Lakehouse>; ignore?: boolean }): void {
  for (const [name, test] of Object.entries(tests)) {
    Deno.test({
      name: `${backend}: ${name}`,
      ignore,
      async fn() {
        await using world = await World.open(open);
        await test(world);
      },
    });
  }
}
