import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { canonicalJson, sha256 } from "./digest.ts";

Deno.test("canonicalJson() writes equal values alike, whatever the order of their keys", () => {
  assertEquals(canonicalJson({ b: [{ y: null, x: "é" }], a: 1.5 }), '{"a":1.5,"b":[{"x":"é","y":null}]}');
  assertEquals(canonicalJson({ a: 1.5, b: [{ x: "é", y: null }] }), '{"a":1.5,"b":[{"x":"é","y":null}]}');
});

Deno.test("canonicalJson() loses nothing of a JSON value", () => {
  fc.assert(fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
    assertEquals(JSON.stringify(JSON.parse(canonicalJson(value))), canonicalJson(value));
    assertEquals(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)));
  }));
});

Deno.test("canonicalJson() refuses numbers that JSON would turn into null", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    assertThrows(() => canonicalJson({ bounds: [value] }), TypeError, `Cannot write ${value} as JSON`);
  }
});

Deno.test("sha256() is the SHA-256 of the text's UTF-8", () => {
  assertEquals(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assertEquals(sha256("é"), "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c");
});
