import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { embedSql, namesTable, predicateFault, queryFault, shortenSql } from "./user_sql.ts";

const SOUND_PREDICATES = [
  "a < b",
  "a between 1 and 2 or (b is null)",
  "note = 'it''s; -- fine) /*'",
  `"odd ) name" = 1`,
  "a < b -- a comment\n and c",
  "a /* why ( */ < b",
  "a - -1 < b / 2",
  "list[1] = {'x': 1}['x']",
  "exists (select 1 from ns.zones where zones.id = zone_id)",
];

for (const sql of SOUND_PREDICATES) {
  Deno.test(`predicateFault() finds nothing wrong with ${sql}`, () => assertEquals(predicateFault(sql), null));
}

const UNSOUND_PREDICATES: [string, string][] = [
  ["1) or (1", '")" closes nothing'],
  ["(a", '")" is missing'],
  ["a]", '"]" closes nothing'],
  ["(a]", '"]" closes nothing'],
  ["a; drop table t", '";" may stand in quotes only'],
  ["a = 'x", "a quote does not end"],
  ['a = "x', "a quote does not end"],
  ["a /* never ends", "a comment does not end"],
  ["a /* in /* side */ */", "a comment stands inside a comment"],
  ["a = 'x\\' or (b'", "a backslash stands before a quote, which databases read differently"],
  ["a = e'x\\') or (1'", "a backslash stands before a quote, which databases read differently"],
  ["a = $$;$$", '"$" may stand in quotes only'],
  ["`a` = 1", '"`" may stand in quotes only'],
  ["", "it is empty"],
  ["-- nothing", "it is empty"],
  ["a = '\0'", "it contains a NUL character"],
  ["a in (select b from {table})", "{table} stands for the table in sql_rows only"],
  ["a < b -- ends here\r) or (1", '")" closes nothing'],
];

for (const [sql, fault] of UNSOUND_PREDICATES) {
  Deno.test(`predicateFault() refuses ${JSON.stringify(sql)}`, () => assertEquals(predicateFault(sql), fault));
}

Deno.test("queryFault() takes one SELECT, comments before it and WITH included", () => {
  for (const sql of ["select 1", "  SELECT * from {table}", "with a as (select 1) select * from a", "-- why\nselect 1", "select 1 union all select 2"]) {
    assertEquals(queryFault(sql), null, sql);
  }
  for (const sql of ["delete from t", "selection", "values (1)", "call f()", "(select 1)", "show tables"]) {
    assertEquals(queryFault(sql), "it is not a SELECT", sql);
  }
  assertEquals(queryFault("select 1; delete from t"), '";" may stand in quotes only');
});

Deno.test("namesTable() sees the placeholder outside quotes and comments only", () => {
  assertEquals(namesTable("select * from {table}"), true);
  assertEquals(namesTable("select '{table}'"), false);
  assertEquals(namesTable('select "{table}"'), false);
  assertEquals(namesTable("select 1 -- {table}"), false);
});

Deno.test("embedSql() puts SQL in parentheses, without comments, and the table in its place", () => {
  assertEquals(embedSql("a < b -- why\n or c /* or not */ "), "(a < b  \n or c)");
  assertEquals(embedSql("select '{table}' from {table} as t", { table: '"$&"."t"' }), `(select '{table}' from "$&"."t" as t)`);
});

Deno.test("embedSql() leaves no comment and no open bracket, whatever passes predicateFault()", () => {
  const scrap = fc.constantFrom("(", ")", "[", "]", "'", '"', "--", "-", "/*", "*/", "/", "*", "\n", "\r", "a", " ", "\\");
  fc.assert(
    fc.property(fc.array(scrap).map((parts) => parts.join("")), (sql) => {
      if (predicateFault(sql) !== null) return;
      const code = embedSql(sql).replaceAll(/'[^']*'|"[^"]*"/g, "q");
      assertEquals(/--|\/\*/.test(code), false, code);
      let depth = 0;
      for (const [index, character] of [...code].entries()) {
        if (character === "(") depth++;
        if (character === ")") depth--;
        assertEquals(depth > 0 || index === code.length - 1, true, code);
      }
      assertEquals(depth, 0, code);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("shortenSql() makes one line of limited length", () => {
  assertEquals(shortenSql("a\n  <   b"), "a < b");
  assertEquals(shortenSql("x".repeat(61)), `${"x".repeat(59)}…`);
});
