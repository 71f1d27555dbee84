import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import Database from "better-sqlite3";
import { join } from "node:path";
import { ROOT, WapHome } from "../support/wap_process.ts";

/** A small file system of its own at a folder, or null where this process may not mount one. */
async function mountSmall(folder: string, megabytes: number): Promise<AsyncDisposable | null> {
  await Deno.mkdir(folder);
  const mount = async (...args: string[]) => (await new Deno.Command("mount", { args: [...args, folder], stderr: "null" }).output()).success;
  if (!await mount("-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs")) {
    console.warn("This test is skipped: no permission to mount a small file system");
    return null;
  }
  return { [Symbol.asyncDispose]: async () => void await new Deno.Command("umount", { args: ["--lazy", folder] }).output() };
}

async function remount(folder: string, option: string): Promise<void> {
  await new Deno.Command("mount", { args: ["-o", `remount,${option}`, folder] }).output();
}

/** Writes until nothing more fits. */
async function fill(path: string): Promise<void> {
  using file = await Deno.open(path, { create: true, write: true });
  const block = new Uint8Array(4096);
  while (await file.write(block).catch(() => 0) > 0) { /* until the disk is full */ }
}

const EXAMPLE = ["run", join(ROOT, "examples/yellow_trips.yaml"), "--from", join(ROOT, "examples/data/yellow_trips_2024-01.csv")];

Deno.test("a run whose disk is full says so, stays as it is, and goes on once there is space", async () => {
  await using home = await WapHome.make();
  const disk = join(home.folder, "disk");
  await using mounted = await mountSmall(disk, 20);
  if (mounted === null) return;
  const at = ["--home", join(disk, "home")];
  const begun = await home.run([...EXAMPLE, ...at, "--until", "importing"]);
  await fill(join(disk, "filler"));
  const { code, message } = await home.error(["resume", begun.run.id, ...at]);
  assertEquals(code, 1);
  assertMatch(message, /Cannot write run store ".*wap\.db": the disk is full/);
  await Deno.remove(join(disk, "filler"));
  assertEquals((await home.run(["resume", begun.run.id, ...at])).run.outcome, "published");
});

Deno.test("a home that cannot be written is refused with the reason, and works once it can", async () => {
  await using home = await WapHome.make();
  const disk = join(home.folder, "disk");
  await using mounted = await mountSmall(disk, 20);
  if (mounted === null) return;
  const at = ["--home", join(disk, "home")];
  await remount(disk, "ro");
  const { code, message } = await home.error([...EXAMPLE, ...at]);
  assertEquals([code, message], [1, `Cannot use run store "${join(disk, "home/wap.db")}": its file system is read-only`]);
  await remount(disk, "rw");
  assertEquals((await home.run([...EXAMPLE, ...at])).run.outcome, "published");
});

Deno.test("a store of a newer version, and a damaged one, are refused by name and left as they are", async () => {
  await using home = await WapHome.make();
  await home.run(EXAMPLE);
  const store = join(home.home, "wap.db");
  const database = new Database(store);
  database.pragma("wal_checkpoint(truncate)");
  database.pragma("user_version = 999");
  database.close();
  const newer = await home.error(["list"]);
  assertEquals(newer.code, 2);
  assertStringIncludes(newer.message, "a newer version of wap wrote it");

  await Deno.writeFile(store, new TextEncoder().encode("not a database ".repeat(1000)));
  const before = await Deno.readFile(store);
  const damaged = await home.error(["list"]);
  assertEquals(damaged.code, 1);
  assertStringIncludes(damaged.message, `Cannot read run store "${store}": the file is damaged`);
  assertEquals(await Deno.readFile(store), before);
});

Deno.test("a damaged page is found when it is read, and named", async () => {
  await using home = await WapHome.make();
  for (let run = 0; run < 2; run++) await home.run([...EXAMPLE, "--table_name", `trips_${run}`]);
  const store = join(home.home, "wap.db");
  const database = new Database(store);
  database.pragma("wal_checkpoint(truncate)");
  const page = (database.prepare("select rootpage from sqlite_schema where name = 'runs'").pluck().get() as number) - 1;
  database.close();
  const PAGE_SIZE = 4096;
  using file = await Deno.open(store, { write: true });
  await file.seek(page * PAGE_SIZE, Deno.SeekMode.Start);
  await file.write(new Uint8Array(PAGE_SIZE).fill(0xff));
  const { code, message } = await home.error(["list"]);
  assertEquals(code, 1);
  assertStringIncludes(message, `Cannot read run store "${store}": the file is damaged`);
});
