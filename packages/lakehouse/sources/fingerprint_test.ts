import { TerminalError } from "@wap/core";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Scratch } from "../testing.ts";
import { fingerprintFile, isUnchanged, markFile } from "./fingerprint.ts";

Deno.test("fingerprintFile() is the SHA-256 of the content", async () => {
  await using scratch = await Scratch.open();
  const path = await scratch.write("a.txt", "abc");
  const { fingerprint, size } = await fingerprintFile(path, { name: "a.txt" });
  // The example of FIPS 180-2.
  assertEquals([fingerprint, size], ["ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 3]);
});

Deno.test("fingerprintFile() reads files of many chunks", async () => {
  await using scratch = await Scratch.open();
  const content = new Uint8Array(1_000_001).map((_, index) => index * 7);
  const path = await scratch.write("a.bin", content);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  assertEquals((await fingerprintFile(path, { name: "a" })).fingerprint, digest.toHex());
});

Deno.test("fingerprintFile() names a file that cannot be read, and stops when it is told to", async () => {
  await using scratch = await Scratch.open();
  await assertRejects(() => fingerprintFile(`${scratch.path}/gone`, { name: "gone" }), TerminalError, 'Cannot read "gone": there is no such file');
  const path = await scratch.write("a.txt", "abc");
  await assertRejects(() => fingerprintFile(path, { name: "a", signal: AbortSignal.abort(new Error("stop")) }), Error, "stop");
});

Deno.test("isUnchanged() sees new content, and another file in the place of the first", async () => {
  await using scratch = await Scratch.open();
  const path = await scratch.write("a.txt", "abc");
  const mark = await markFile(path, { name: "a" });
  assert(isUnchanged(mark, await markFile(path, { name: "a" })));
  await scratch.write("b.txt", "abc");
  await Deno.utime(`${scratch.path}/b.txt`, 0, Number(mark.written) / 1e9);
  await Deno.rename(`${scratch.path}/b.txt`, path);
  assert(!isUnchanged(mark, await markFile(path, { name: "a" })));
});
