import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "@wap/core/errors";
import { HttpError } from "../http_error.ts";
import { restrictSources } from "./sources.ts";

const CWD = "/srv/wap";

function restrict(source: string, ...allowed: string[]): string {
  return restrictSources([source], { allowed, cwd: CWD })[0]!;
}

function assertRefused(source: string, ...allowed: string[]): void {
  const error = assertThrows(() => restrict(source, ...allowed), HttpError);
  assertEquals([error.status, error.field], [422, "from"], source);
}

Deno.test("restrictSources() takes what lies under an allowed folder, and gives its path in full", () => {
  assertEquals(restrict("/data/in/trips.csv", "/data/in"), "/data/in/trips.csv");
  assertEquals(restrict("/data/in/2024/trips_*.csv", "/data/in/"), "/data/in/2024/trips_*.csv");
  assertEquals(restrict("/data/in/../in/./trips.csv", "/data/in"), "/data/in/trips.csv");
  assertEquals(restrict("incoming/trips.csv", "incoming"), "/srv/wap/incoming/trips.csv");
  assertEquals(restrict("../data/trips.csv", "/srv/data"), "/srv/data/trips.csv");
  assertEquals(restrict("file:///data/in/a%20b.csv", "/data/in"), "/data/in/a b.csv");
  assertEquals(restrict("/anything/at/all.csv", "/"), "/anything/at/all.csv");
  assertEquals(restrict("/second/x.csv", "/first", "/second"), "/second/x.csv");
});

Deno.test("restrictSources() refuses what lies elsewhere, however it is written", () => {
  const ways = ["/etc/passwd", "/data/in/../../etc/passwd", "/data/in/*/../../../etc/*", "/data/internal.csv", "/data", "trips.csv", "file:///etc/passwd"];
  for (const source of [...ways, "file:///data/in/../../etc/passwd", "file://elsewhere/data/in/x.csv", "https://data/in/x.csv"]) {
    assertRefused(source, "/data/in");
  }
});

Deno.test("restrictSources() refuses globs that can hide a step upwards", () => {
  const ways = ["{a,..}/secret.csv", "{.,a}{.,b}/secret.csv", "[.][.]/secret.csv", "\\.\\./secret.csv", "@(..)/secret.csv", "+(.)/secret.csv"];
  for (const way of ways) assertRefused(`/data/in/${way}`, "/data/in");
});

Deno.test("restrictSources() takes URLs under an allowed one, as they were sent", () => {
  assertEquals(restrict("https://example.com/data/trips%202024.csv", "https://example.com/data"), "https://example.com/data/trips%202024.csv");
  assertEquals(restrict("HTTPS://EXAMPLE.com/data/trips.csv", "https://example.com"), "HTTPS://EXAMPLE.com/data/trips.csv");
  assertEquals(restrict("s3://bucket/in/trips 2024-*.parquet", "s3://bucket/in/"), "s3://bucket/in/trips 2024-*.parquet");
});

Deno.test("restrictSources() refuses URLs that lead elsewhere, however they are written", () => {
  const ways = ["../secret", "%2e%2e/secret", "..%2fsecret", "..%5csecret", "..\\secret", ".\t./secret", "x/../../secret"];
  for (const way of ways) assertRefused(`https://example.com/data/${way}`, "https://example.com/data");
  const hosts = ["https://example.com.evil.org/data/x", "https://example.com@evil.org/data/x", "http://example.com/data/x", "https://example.com:444/data/x"];
  for (const url of [...hosts, "https://user@example.com/data/x", "https://example.com/database/x", "https:///"]) {
    assertRefused(url, "https://example.com/data");
  }
  for (const url of ["s3://bucket-of-others/x", "s3://bucket/in/../x"]) assertRefused(url, "s3://bucket/in");
});

Deno.test("restrictSources() refuses the whole delivery for one source that lies elsewhere", () => {
  assertThrows(() => restrictSources(["/data/in/a.csv", "/data/b.csv"], { allowed: ["/data/in"], cwd: CWD }), HttpError, '"/data/b.csv" does not lie');
});

Deno.test("restrictSources() takes nothing where nothing is allowed, and says which allowance is none", () => {
  assertRefused("/data/in/a.csv");
  assertThrows(() => restrict("/data/in/a.csv", "https://"), UsageError, 'Cannot restrict a delivery to "https://"');
});
