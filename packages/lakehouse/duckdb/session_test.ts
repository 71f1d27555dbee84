import { assert, assertEquals, assertRejects } from "@std/assert";
import { Scratch } from "../testing.ts";
import type { StatementProgress } from "./session.ts";

const ENDLESS = "SELECT count(*) FROM range(100000000) a, range(1000) b WHERE a.range % 7 = b.range % 5";

Deno.test("run() stops soon after the session's signal is aborted, and rejects with its reason", async () => {
  await using scratch = await Scratch.open();
  const controller = new AbortController();
  using session = await scratch.session(controller.signal);
  const running = session.rows(ENDLESS);
  controller.abort(new Error("enough"));
  await assertRejects(() => running, Error, "enough");
  await assertRejects(() => session.run("SELECT 1"), Error, "enough");
});

Deno.test("open() refuses a signal that is aborted already", async () => {
  await using scratch = await Scratch.open();
  await assertRejects(() => scratch.session(AbortSignal.abort(new Error("too late"))), Error, "too late");
});

Deno.test("lock() leaves the files that are named, and nothing else", async () => {
  await using scratch = await Scratch.open();
  const [open, closed] = [await scratch.write("open.csv", "a\n1\n"), await scratch.write("closed.csv", "a\n2\n")];
  using session = await scratch.session();
  await session.lock({ paths: [open] });
  assertEquals((await session.rows(`SELECT a FROM read_csv('${open}')`)).length, 1);
  for (
    const sql of [
      `SELECT * FROM read_csv('${closed}')`,
      `SELECT * FROM read_csv('${scratch.path}/*')`,
      `COPY (SELECT 1) TO '${open}.copy'`,
      "SET threads = 1",
      "INSTALL httpfs",
    ]
  ) {
    await assertRejects(() => session.run(sql), Error);
  }
});

Deno.test("lock() lets files be written below the folders that are named", async () => {
  await using scratch = await Scratch.open();
  await Deno.mkdir(`${scratch.path}/out`);
  using session = await scratch.session();
  await session.lock({ directories: [`${scratch.path}/out`] });
  await session.run(`COPY (SELECT 1) TO '${scratch.path}/out/a.csv'`);
  await assertRejects(() => session.run(`COPY (SELECT 1) TO '${scratch.path}/a.csv'`), Error, "Permission");
});

Deno.test("rowsWithProgress() tells how far a long statement is while it runs", async () => {
  await using scratch = await Scratch.open();
  const path = await scratch.writeParquet("a.parquet", "SELECT i FROM range(1000000) t(i)");
  const controller = new AbortController();
  using session = await scratch.session(controller.signal);
  const told: StatementProgress[] = [];
  const slow = Array.from({ length: 40 }, (_, index) => `max(sha256(i || '${index}'))`);
  const running = session.rowsWithProgress(`SELECT ${slow.join(", ")} FROM read_parquet('${path}')`, (progress) => {
    told.push(progress);
    controller.abort(new Error("told"));
  });
  await assertRejects(() => running, Error, "told");
  assert(told.every(({ rows, fraction }) => rows >= 0 && fraction >= 0 && fraction <= 1), JSON.stringify(told));
});
