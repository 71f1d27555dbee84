import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { Catalog } from "../catalog/catalog.ts";
import { Scratch } from "../testing.ts";
import { emptySchema } from "./schema.ts";
import { changeTable, type DataFile, emptyTable, ledgersIn, listAddedFiles, listFiles, readTable, type TableChange } from "./state.ts";

function file(path: string, records: number): Omit<DataFile, "sequence"> {
  return { path, columns: "k", records, size: records * 10, columnSizes: {}, valueCounts: {}, nullCounts: {} };
}

function change(added: Omit<DataFile, "sequence">[], rest: Partial<TableChange> = {}): TableChange {
  return { schema: emptySchema(), added, replace: false, sources: {}, forgetSources: false, ...rest };
}

async function withObjects(test: (objects: Catalog["objects"]) => void): Promise<void> {
  await using scratch = await Scratch.open();
  using catalog = Catalog.open(join(scratch.path, "catalog.db"));
  test(catalog.objects);
}

Deno.test("changeTable() adds files and rows to those there, and reads them in the order they came", () =>
  withObjects((objects) => {
    const first = readTable(objects, changeTable(objects, emptyTable(objects, { uuid: "u", location: "data/n/t-u" }), change([file("z", 2)])));
    const second = changeTable(objects, first, change([file("b", 1), file("a", 3)]));
    assertEquals([second.uuid, second.records, second.size], ["u", 6, 60]);
    assertEquals(listFiles(objects, readTable(objects, second).state).map(({ path, sequence }) => [path, sequence]), [["z", 1], ["a", 2], ["b", 2]]);
  }));

Deno.test("changeTable() replaces files and forgets sources only when told to", () =>
  withObjects((objects) => {
    const source = { fingerprint: "f", size: 1, records: 1 };
    const first = readTable(
      objects,
      changeTable(objects, emptyTable(objects, { uuid: "u", location: "l" }), change([file("a", 2)], { sources: { x: source } })),
    );
    const kept = readTable(objects, changeTable(objects, first, change([file("b", 1)], { replace: true })));
    const forgotten = readTable(objects, changeTable(objects, kept, change([], { replace: true, forgetSources: true, sources: { y: source } })));
    assertEquals([kept.entry.records, forgotten.entry.records], [1, 0]);
    assertEquals([...ledgersIn(objects).entries(kept.state.ledger)], [["x", source]]);
    assertEquals([...ledgersIn(objects).entries(forgotten.state.ledger)], [["y", source]]);
  }));

Deno.test("listAddedFiles() finds the files one state has and the other had not", () =>
  withObjects((objects) => {
    const before = readTable(objects, changeTable(objects, emptyTable(objects, { uuid: "u", location: "l" }), change([file("a", 1), file("b", 1)])));
    const appended = readTable(objects, changeTable(objects, before, change([file("c", 1)])));
    const replaced = readTable(objects, changeTable(objects, appended, change([file("d", 1)], { replace: true })));
    const added = (after: typeof before) => listAddedFiles(objects, { before: before.state, after: after.state }).map(({ path }) => path);
    assertEquals([added(before), added(appended), added(replaced)], [[], ["c"], ["d"]]);
  }));
