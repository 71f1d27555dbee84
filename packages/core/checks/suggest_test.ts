import { assertEquals } from "@std/assert";
import { suggest, suggestion } from "./suggest.ts";

const KINDS = ["not_null", "unique", "range", "accepted_values"];

Deno.test("suggest() finds what a misspelt word stands for", () => {
  assertEquals(suggest("not_nul", KINDS), "not_null");
  assertEquals(suggest("notNull", KINDS), "not_null");
  assertEquals(suggest("uniqe", KINDS), "unique");
  assertEquals(suggest("Passenger_Count", ["fare_amount", "passenger_count"]), "passenger_count");
});

Deno.test("suggest() offers nothing for a word that is like none", () => {
  assertEquals(suggest("freshness", KINDS), undefined);
  assertEquals(suggest("x", ["a", "b"]), undefined);
  assertEquals(suggest("", KINDS), undefined);
});

Deno.test("suggestion() falls back to the choices there are", () => {
  assertEquals(suggestion("rnge", KINDS), 'Did you mean "range"?');
  assertEquals(suggestion("freshness", KINDS), "Choose one of not_null, unique, range, accepted_values");
});
