/**
 * A process that commits to `main` against others: `committer.ts <catalog> <author> <count>`. It says that it is ready, waits until its standard input is
 * closed, and then reads the head, commits on it, and reads again when somebody else was faster.
 *
 * @module
 */
import { HeadMovedError } from "@wap/core";
import { Catalog } from "../catalog.ts";

const [path, author, count] = Deno.args;
if (path === undefined || author === undefined) throw new TypeError("Cannot commit: the arguments are a catalog, an author and a count");

console.log("ready");
await Deno.stdin.readable.pipeTo(new WritableStream());

using catalog = Catalog.open(path);
for (let index = 0; index < Number(count); index++) commitOnHead(`${author} ${index}`);

function commitOnHead(message: string): void {
  const table = { namespace: "n", name: message.replace(" ", "_") };
  const entry = { uuid: message, state: "0".repeat(64), records: 1, size: 1 };
  while (true) {
    const request = { branch: "main", expectedHead: catalog.resolve("main"), message, author: author! };
    try {
      catalog.commit(request, () => [{ kind: "putTable", table, entry }]);
      return;
    } catch (error) {
      if (!(error instanceof HeadMovedError)) throw error;
    }
  }
}
