/**
 * The contract of values: what goes in comes out, through imports, storage and Arrow.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { DataType, TimeUnit } from "apache-arrow";
import type { ContractTests } from "./world.ts";

/** The contract of values. */
export const valueContract: ContractTests = {
  "whole numbers beyond 2^53 are exact": async (world) => {
    const values = ["9007199254740993", "-9007199254740993", "9223372036854775807", "-9223372036854775808"];
    await world.import({ from: await world.write("a.csv", "id,n", ...values.map((value, index) => `${index},${value}`)) });
    assertEquals((await world.rows("SELECT n FROM taxi.trips ORDER BY id")).map((row) => row["n"]), values.map(BigInt));
  },

  "NULL, NaN, the infinities and zero are told apart": async (world) => {
    const from = await world.writeParquet(
      "a.parquet",
      "SELECT * FROM (VALUES (1, NULL::DOUBLE), (2, 'NaN'::DOUBLE), (3, 'inf'::DOUBLE), (4, '-inf'::DOUBLE), (5, 0.0), (6, 0.1)) AS t(id, x)",
    );
    await world.import({ from });
    assertEquals((await world.rows("SELECT x FROM taxi.trips ORDER BY id")).map((row) => row["x"]), [null, NaN, Infinity, -Infinity, 0, 0.1]);
    assertEquals(await world.rows("SELECT count(x)::INTEGER AS present, count(*) FILTER (isnan(x))::INTEGER AS nans FROM taxi.trips"), [{
      present: 5,
      nans: 1,
    }]);
  },

  "text keeps every character; the empty text is no NULL": async (world) => {
    const texts = ["", " ", "ä€𝄞👩‍🚀", "e\u0301", "a\nb\tc", `'"\\;--`, "\u202Eabc", "x".repeat(100_000)];
    const lines = [...texts, null].map((text, id) => JSON.stringify({ id, text }));
    await world.import({ from: await world.write("a.jsonl", ...lines) });
    assertEquals((await world.rows("SELECT text FROM taxi.trips ORDER BY id")).map((row) => row["text"]), [...texts, null]);
  },

  "an empty value of a CSV file is NULL, a quoted one is the empty text": async (world) => {
    await world.import({ from: await world.write("a.csv", "id,name,n", "1,,", '2,"",7', '3,"a,""b""\nc",8') });
    const rows = await world.rows("SELECT name, n::INTEGER AS n FROM taxi.trips ORDER BY id");
    assertEquals([rows[0], rows[2]], [{ name: null, n: null }, { name: 'a,"b"\nc', n: 8 }]);
    assert(rows[1]!["name"] === "" || rows[1]!["name"] === null);
  },

  "times are exact to the microsecond, with and without a zone": async (world) => {
    const from = await world.writeParquet(
      "a.parquet",
      "SELECT TIMESTAMP '1969-12-31 23:59:59.999999' AS local, TIMESTAMPTZ '2262-01-01 00:00:00.000001+02' AS utc, DATE '0001-01-01' AS day",
    );
    await world.import({ from });
    const table = await world.lakehouse.query("SELECT local, utc, day FROM taxi.trips", { ref: "main" });
    const [local, utc] = ["local", "utc"].map((name) => table.getChild(name)!);
    assert(DataType.isTimestamp(local!.type) && DataType.isTimestamp(utc!.type));
    assertEquals([local!.type.unit, local!.type.timezone ?? null, utc!.type.unit, utc!.type.timezone], [
      TimeUnit.MICROSECOND,
      null,
      TimeUnit.MICROSECOND,
      "UTC",
    ]);
    const micros = BigInt(Date.parse("2261-12-31T22:00:00Z")) * 1000n + 1n;
    assertEquals([local!.data[0]!.values[0], utc!.data[0]!.values[0]], [-1n, micros]);
    assertEquals(await world.rows("SELECT day::VARCHAR AS day FROM taxi.trips"), [{ day: "0001-01-01" }]);
  },

  "decimals are exact": async (world) => {
    const value = "1234567890123456789012345678.0123456789";
    await world.import({ from: await world.writeParquet("a.parquet", `SELECT ${value}::DECIMAL(38, 10) AS x, -0.05::DECIMAL(9, 2) AS y`) });
    assertEquals(await world.rows("SELECT x::VARCHAR AS x, y::VARCHAR AS y FROM taxi.trips"), [{ x: value, y: "-0.05" }]);
    const table = await world.lakehouse.query("SELECT x FROM taxi.trips", { ref: "main" });
    const { type } = table.getChild("x")!;
    assert(DataType.isDecimal(type));
    assertEquals([type.precision, type.scale], [38, 10]);
  },

  "nested values come out of a query as they went in": async (world) => {
    await world.import({
      from: await world.write("a.jsonl", '{"id": 1, "tags": ["a", null, "b"], "place": {"x": 1.5, "y": null}}', '{"id": 2, "tags": [], "place": null}'),
    });
    const rows = await world.rows("SELECT tags, place FROM taxi.trips ORDER BY id");
    assertEquals(JSON.parse(JSON.stringify(rows)), [{ tags: ["a", null, "b"], place: { x: 1.5, y: null } }, { tags: [], place: null }]);
  },
};
