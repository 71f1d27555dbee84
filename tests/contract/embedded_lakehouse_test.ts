import { openLakehouse } from "@wap/lakehouse";
import { testLakehouse } from "./lakehouse_contract.ts";

testLakehouse("embedded", async () => {
  const path = await Deno.makeTempDir({ prefix: "wap-lakehouse-" });
  const lakehouse = openLakehouse({ path });
  const close = lakehouse[Symbol.asyncDispose].bind(lakehouse);
  return Object.assign(lakehouse, {
    async [Symbol.asyncDispose]() {
      await close();
      await Deno.remove(path, { recursive: true });
    },
  });
});
