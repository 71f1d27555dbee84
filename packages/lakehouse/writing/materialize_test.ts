import { NotFoundError, TerminalError } from "@wap/core";
import { assertEquals, assertRejects } from "@std/assert";
import { NOTE, TestLakehouse } from "../testing.ts";

const TABLE = { namespace: "n", name: "t" };

async function openFilled(): Promise<TestLakehouse> {
  const test = await TestLakehouse.open();
  await test.import(await test.scratch.write("a.csv", "id,fare,note\n1,2.5,x\n2,-1,y\n"));
  return test;
}

Deno.test("materialize() puts a SELECT's rows and columns in place of the table's, which the SELECT may read", async () => {
  await using test = await openFilled();
  const done = await test.lakehouse.materialize({ branch: "main", table: TABLE, sql: "SELECT id, fare * 2 AS twice FROM t WHERE fare > 0;", ...NOTE });
  assertEquals(done, { commit: await test.lakehouse.resolve("main"), records: 1 });
  assertEquals([await test.columns(), await test.rows("SELECT * FROM n.t")], [["id long", "twice double"], [{ id: "1", twice: "5.0" }]]);
});

Deno.test("materialize() makes a table, also one without rows", async () => {
  await using test = await openFilled();
  const table = { namespace: "reports", name: "totals" };
  await test.lakehouse.materialize({ branch: "main", table, sql: "SELECT sum(id) AS ids, 'x' AS name FROM t HAVING count(*) > 5", ...NOTE });
  assertEquals(await test.columns("reports.totals"), ["ids decimal(38, 0)", "name string"]);
  assertEquals(await test.rows("SELECT * FROM reports.totals"), []);
});

Deno.test("materialize() keeps in mind which files were imported", async () => {
  await using test = await openFilled();
  await test.lakehouse.materialize({ branch: "main", table: TABLE, sql: "SELECT * FROM t WHERE fare > 0", ...NOTE });
  assertEquals((await test.import(`${test.scratch.path}/a.csv`)).filesSkipped, 1);
});

Deno.test("materialize() changes nothing when the SQL fails, and leaves no file", async () => {
  await using test = await openFilled();
  const [head, files] = [await test.lakehouse.resolve("main"), await test.files()];
  for (const sql of ["SELECT nothing FROM t", "SELECT error('x') FROM t", "DELETE FROM t", "SELECT 1 AS a, 2 AS A", "SELECT * FROM read_csv('/etc/passwd')"]) {
    await assertRejects(() => test.lakehouse.materialize({ branch: "main", table: TABLE, sql, ...NOTE }), TerminalError);
  }
  await assertRejects(() => test.lakehouse.materialize({ branch: "nowhere", table: TABLE, sql: "SELECT 1", ...NOTE }), NotFoundError);
  assertEquals([await test.lakehouse.resolve("main"), await test.files()], [head, files]);
});
