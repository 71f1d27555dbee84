import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { TestLakehouse } from "../testing.ts";

/** A row as JavaScript has it; decimals are digits with ten places. */
interface Values {
  n: bigint | null;
  x: number | null;
  s: string | null;
  d: string | null;
  b: boolean | null;
  l: (number | null)[] | null;
}

const DECIMAL = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }).map((unscaled) => {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(11, "0");
  return `${unscaled < 0n ? "-" : ""}${digits.slice(0, -10)}.${digits.slice(-10)}`;
});

const ROWS = fc.array(
  fc.record<Values>({
    n: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    x: fc.option(fc.double()),
    s: fc.option(fc.string({ unit: "binary" })),
    d: fc.option(DECIMAL),
    b: fc.option(fc.boolean()),
    l: fc.option(fc.array(fc.option(fc.integer()), { maxLength: 3 })),
  }, { noNullPrototype: true }),
  { minLength: 1, maxLength: 40 },
);

/** Tables of one lakehouse, one for each run of a property. */
function nextTable(): string {
  return `n.t_${crypto.randomUUID().replaceAll("-", "_")}`;
}

Deno.test("rows of any values go through Parquet, an import and a query unchanged", async () => {
  await using test = await TestLakehouse.open();
  using session = await test.scratch.session();
  await fc.assert(
    fc.asyncProperty(ROWS, async (rows) => {
      const table = nextTable();
      const lines = rows.map(({ n, x, s, d, b, l }, i) =>
        JSON.stringify({ i, n: n?.toString(), x: x === null ? null : Object.is(x, -0) ? "-0" : String(x), s, d, b, l })
      );
      const json = await test.scratch.write("rows.jsonl", lines.join("\n"));
      const columns = "{i: 'BIGINT', n: 'BIGINT', x: 'VARCHAR', s: 'VARCHAR', d: 'DECIMAL(38, 10)', b: 'BOOLEAN', l: 'INTEGER[]'}";
      const path = `${test.scratch.path}/${table}.parquet`;
      await session.run(`COPY (SELECT * REPLACE (x::DOUBLE AS x) FROM read_json('${json}', columns = ${columns})) TO '${path}' (FORMAT parquet)`);
      await test.import(path, { table });
      const result = await test.lakehouse.query(`SELECT * REPLACE (d::VARCHAR AS d) FROM ${table} ORDER BY i`, { ref: "main" });
      const found = result.toArray().map(({ n, x, s, d, b, l }): Values => ({ n, x, s, d, b, l: l === null ? null : [...l] }));
      assertEquals(found, rows);
    }),
    { numRuns: 15 },
  );
});

Deno.test("rows of any values go through JSON lines, an import and a query unchanged", async () => {
  await using test = await TestLakehouse.open();
  await fc.assert(
    fc.asyncProperty(ROWS, async (rows) => {
      const table = nextTable();
      const finite = rows.map((row) => ({ ...row, x: Number.isFinite(row.x) ? row.x : null }));
      // Numbers as they are in the file: JSON's own of any length, which JavaScript cannot write.
      const lines = finite.map(({ n, x, s, d, b, l }, i) => {
        return `{"i":${i},"n":${n},"x":${Object.is(x, -0) ? "-0.0" : x},"s":${JSON.stringify(s)},"d":${JSON.stringify(d)},"b":${b},"l":${JSON.stringify(l)}}`;
      });
      await test.import(await test.scratch.write(`${table}.jsonl`, lines.join("\n")), { table });
      const found = await test.rows(`SELECT * REPLACE (to_json(l) AS l) FROM ${table} ORDER BY i`);
      assertEquals(
        found.map(({ n, x, s, d, b, l }) => ({ n, x: x === null ? null : Number(x), s, d, b, l: l === null ? null : JSON.parse(String(l)) })),
        finite.map(({ n, x, s, d, b, l }) => ({ n: n === null ? null : String(n), x, s, d, b: b === null ? null : String(b), l })),
      );
    }),
    { numRuns: 15 },
  );
});

Deno.test("rows of any text go through CSV, an import and a query unchanged, but for the empty text, which is NULL", async () => {
  await using test = await TestLakehouse.open();
  const cells = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/\r\n?/g, "\n").replaceAll("\0", ""));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cells, cells), { minLength: 1, maxLength: 30 }), fc.constantFrom(",", ";", "\t", "|"), async (rows, delimiter) => {
      const table = nextTable();
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const lines = rows.map(([a, b], i) => [i, quote(`_${a}`), quote(b)].join(delimiter));
      await test.import(await test.scratch.write(`${table}.csv`, `${["i", "a", "b"].join(delimiter)}\n${lines.join("\n")}\n`), { table });
      const found = await test.rows(`SELECT a, b FROM ${table} ORDER BY i`);
      assertEquals(found.map(({ a }) => a), rows.map(([a]) => `_${a}`));
      // A column of nothing but dates or numbers is typed; what is compared is what is text.
      if ((await test.columns(table))[2] === "b string") assertEquals(found.map(({ b }) => b), rows.map(([, b]) => b === "" ? null : b));
    }),
    { numRuns: 15 },
  );
});
