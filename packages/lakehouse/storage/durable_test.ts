import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { Scratch } from "../testing.ts";
import { moveInto } from "./durable.ts";

Deno.test("moveInto() moves files under new names into a folder that need not be there", async () => {
  await using scratch = await Scratch.open();
  const from = await scratch.write("staged/half", "rows");
  const folder = join(scratch.path, "data", "n", "t");
  await moveInto([{ from, name: "a.parquet" }], folder);
  assertEquals(await Deno.readTextFile(join(folder, "a.parquet")), "rows");
  assertEquals((await Array.fromAsync(Deno.readDir(join(scratch.path, "staged")))).length, 0);
});

Deno.test("moveInto() makes no folder for no files", async () => {
  await using scratch = await Scratch.open();
  await moveInto([], join(scratch.path, "data"));
  assertEquals(await Array.fromAsync(Deno.readDir(scratch.path)), []);
});
