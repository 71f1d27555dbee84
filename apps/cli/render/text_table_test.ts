import { assertEquals } from "@std/assert";
import { textTable } from "./text_table.ts";

Deno.test("textTable() lays out more rows than a call takes arguments", () => {
  const rows = Array.from({ length: 300_000 }, (_, index) => [String(index)]);
  assertEquals(textTable(["n"], rows).length, "n".length + rows.reduce((length, [cell]) => length + 1 + cell!.length, 0));
});

Deno.test("textTable() is as wide as its widest cell or name, and keeps control characters out", () => {
  assertEquals(textTable(["name", "n"], [["a\u001bb", 1], ["longer", 1_000]]), "name        n\na\ufffdb         1\nlonger  1,000");
});
