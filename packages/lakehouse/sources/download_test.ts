import { RetryableError, TerminalError } from "@wap/core";
import { assertEquals, assertRejects } from "@std/assert";
import { basename } from "node:path";
import { Scratch } from "../testing.ts";
import { downloadFile, downloadPath } from "./download.ts";

/** Serves requests while a test runs. */
async function withServer(handler: (request: Request) => Response | Promise<Response>, test: (origin: string, folder: string) => Promise<void>): Promise<void> {
  await using scratch = await Scratch.open();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handler);
  try {
    await test(`http://127.0.0.1:${server.addr.port}`, scratch.path);
  } finally {
    await server.shutdown();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
}

Deno.test("downloadFile() keeps a file under the sum of its content, through redirects", async () => {
  const content = "a,b\n" + "1,2\n".repeat(100_000);
  await withServer(
    (request) => request.url.endsWith("/old") ? Response.redirect(new URL("/new", request.url)) : new Response(content),
    async (origin, folder) => {
      const download = await downloadFile(`${origin}/old`, { name: "old", folder });
      assertEquals(await Deno.readTextFile(download.path), content);
      assertEquals([download.size, download.path], [content.length, downloadPath(folder, download.fingerprint)]);
      assertEquals(await namesIn(folder), [basename(download.path)]);
    },
  );
});

Deno.test("downloadFile() tells what will not work from what may work later", async () => {
  await withServer((request) => new Response("no", { status: Number(new URL(request.url).pathname.slice(1)) }), async (origin, folder) => {
    for (const status of [401, 404, 410]) {
      await assertRejects(() => downloadFile(`${origin}/${status}`, { name: "x", folder }), TerminalError, `"x": the server answers ${status}`);
    }
    for (const status of [429, 500, 503]) await assertRejects(() => downloadFile(`${origin}/${status}`, { name: "x", folder }), RetryableError, `${status}`);
    await assertRejects(() => downloadFile("http://127.0.0.1:1/x", { name: "x", folder }), RetryableError, "the connection failed");
    assertEquals(await namesIn(folder), []);
  });
});

Deno.test("downloadFile() stops at the limit of bytes and leaves nothing", async () => {
  await withServer(() => new Response(new Uint8Array(1_000_000)), async (origin, folder) => {
    await assertRejects(() => downloadFile(origin, { name: "x", folder, maxBytes: 999_999 }), TerminalError, "larger than 999999 bytes");
    assertEquals(await namesIn(folder), []);
  });
});

Deno.test("downloadFile() gives up when nothing comes any more", async () => {
  const stalled = () => new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) }));
  await withServer(stalled, async (origin, folder) => {
    await assertRejects(() => downloadFile(origin, { name: "x", folder, idleTimeoutMs: 50 }), RetryableError, "nothing came for 0.05 seconds");
    assertEquals(await namesIn(folder), []);
  });
});

Deno.test("downloadFile() stops when its signal is aborted", async () => {
  const controller = new AbortController();
  const endless = () => new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(1000)) }));
  await withServer(endless, async (origin, folder) => {
    const running = downloadFile(origin, { name: "x", folder, signal: controller.signal });
    controller.abort(new Error("enough"));
    await assertRejects(() => running, Error, "enough");
    assertEquals(await namesIn(folder), []);
  });
});
