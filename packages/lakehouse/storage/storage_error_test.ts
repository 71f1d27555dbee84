import { RetryableError } from "@wap/core";
import { assertEquals, assertInstanceOf } from "@std/assert";
import { toStorageError } from "./storage_error.ts";

Deno.test("toStorageError() tells a full disk from other faults, and that trying again may help", () => {
  // As DuckDB and the file system word it.
  const full = ['IO Error: Could not write file "/x/data_0.parquet": No space left on device', "No space left on device (os error 28): write"];
  for (const message of full) {
    const error = toStorageError(new Error(message), "/x");
    assertInstanceOf(error, RetryableError);
    assertEquals([error.code, error.message], ["disk_full", 'Cannot write to the lakehouse: there is no space left in "/x"']);
  }
  assertEquals([toStorageError(new Error("Invalid Input Error: no"), "/x"), toStorageError("No space left on device", "/x")], [null, null]);
});
