import { assertEquals } from "@std/assert";
import { findNearNames } from "./near_names.ts";

const TABLES = ["taxi.trips", "taxi.zones", "titanic.people"];

Deno.test("findNearNames() finds misspelt names, and names without their namespace", () => {
  assertEquals(findNearNames("taxi.tripz", TABLES), ["taxi.trips"]);
  assertEquals(findNearNames("Zone", TABLES), ["taxi.zones"]);
  assertEquals(findNearNames("wrong.people", TABLES), ["titanic.people"]);
});

Deno.test("findNearNames() finds nothing where nothing is near, and the nearest first", () => {
  assertEquals(findNearNames("orders_2024", TABLES), []);
  assertEquals(findNearNames("aaaa", ["aabb", "aaab", "aaaa1", "abbb", "aaac"]), ["aaab", "aaaa1", "aaac"]);
});
