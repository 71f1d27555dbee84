import { assertEquals } from "@std/assert";
import { hostname } from "node:os";
import { join } from "node:path";
import { Scratch } from "../testing.ts";
import { Staging } from "./staging.ts";

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).toSorted();
}

/** The id of a process that was and is no more. */
async function deadProcess(): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), { args: ["--version"], stdout: "null" }).spawn();
  await child.status;
  return child.pid;
}

Deno.test("open() makes a folder that is gone with everything in it at the end", async () => {
  await using scratch = await Scratch.open();
  const staging = new Staging(join(scratch.path, "staging"));
  {
    await using folder = await staging.open();
    await Deno.writeTextFile(join(folder.path, "half"), "x");
  }
  assertEquals(await namesIn(staging.folder), []);
});

Deno.test("sweep() removes what dead processes left, and leaves what living ones use", async () => {
  await using scratch = await Scratch.open();
  const staging = new Staging(join(scratch.path, "staging"));
  await using folder = await staging.open();
  const dead = join(staging.folder, `${hostname()}+${await deadProcess()}+x`);
  await Deno.mkdir(dead);
  await Deno.writeTextFile(join(dead, "half"), "x");
  await staging.sweep();
  assertEquals(await namesIn(staging.folder), [folder.path.slice(staging.folder.length + 1)]);
});

Deno.test("sweep() removes what other machines left only when it is old, and kept copies likewise", async () => {
  await using scratch = await Scratch.open();
  const staging = new Staging(join(scratch.path, "staging"));
  const kept = await staging.keep();
  const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
  for (const name of ["new", "old"]) {
    await Deno.writeTextFile(join(kept, name), "x");
    await Deno.mkdir(join(staging.folder, `elsewhere+1+${name}`));
  }
  await Deno.utime(join(kept, "old"), longAgo, longAgo);
  await Deno.utime(join(staging.folder, "elsewhere+1+old"), longAgo, longAgo);
  await staging.sweep();
  assertEquals([await namesIn(kept), await namesIn(staging.folder)], [["new"], ["elsewhere+1+new", "kept"]]);
});

Deno.test("sweep() finds nothing to do where nothing was staged", async () => {
  await using scratch = await Scratch.open();
  await new Staging(join(scratch.path, "none")).sweep();
  assertEquals(await namesIn(scratch.path), []);
});
