import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from "@std/testing/bdd";

const order: string[] = [];

describe("describe()", () => {
  beforeAll(() => void order.push("outer beforeAll"));
  beforeEach(() => void order.push("outer beforeEach"));
  afterEach(() => void order.push("outer afterEach"));
  afterAll(() => void order.push("outer afterAll"));

  it("runs a case", () => void order.push("first"));
  it.ignore("leaves out what is ignored", () => void order.push("ignored"));
  describe.skip("leaves out a group that is skipped", () => {
    it("with its cases", () => void order.push("skipped"));
  });

  describe("inside another", () => {
    beforeAll(async () => {
      await Promise.resolve();
      order.push("inner beforeAll");
    });
    beforeEach(() => void order.push("inner beforeEach"));
    afterEach(() => void order.push("inner afterEach"));
    afterAll(() => void order.push("inner afterAll"));

    it("hands the case its context", (t) => void order.push(t.name));
  });
});

Deno.test("describe() runs hooks from the outside in and back, around every case", () => {
  assertEquals(order, [
    "outer beforeAll",
    "outer beforeEach",
    "first",
    "outer afterEach",
    "inner beforeAll",
    "outer beforeEach",
    "inner beforeEach",
    "hands the case its context",
    "inner afterEach",
    "outer afterEach",
    "inner afterAll",
    "outer afterAll",
  ]);
});

Deno.test("beforeEach() refuses to stand outside describe()", () => {
  assertThrows(() => beforeEach(() => {}), TypeError, "outside describe()");
});

/** Runs a test file of its own, with what it imports from the stand-in, and returns Deno's report. */
async function runFile(body: string): Promise<{ success: boolean; report: string }> {
  const file = await Deno.makeTempFile({ suffix: "_test.ts" });
  const standIn = new URL("./testing_bdd.ts", import.meta.url);
  await Deno.writeTextFile(file, `import { afterAll, afterEach, beforeEach, describe, it } from "${standIn}";\n${body}`);
  try {
    const args = ["test", "--no-config", "--no-check", "--sanitize-ops", "--sanitize-resources", "--allow-read", file];
    const { success, stdout } = await new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" }, stderr: "null" }).output();
    return { success, report: new TextDecoder().decode(stdout) };
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("it() fails the file when a case fails, and the cleanups run all the same", async () => {
  const { success, report } = await runFile(`
    describe("group", () => {
      afterEach(() => console.log("afterEach ran"));
      afterAll(() => { throw new Error("cleanup broke"); });
      afterAll(() => console.log("afterAll ran"));
      it("breaks", () => { throw new Error("case broke"); });
      it("goes on", () => {});
    });`);
  assertEquals(success, false);
  for (const text of ["case broke", "cleanup broke", "afterEach ran", "afterAll ran", "0 passed (1 step) | 1 failed (1 step)"]) {
    assertStringIncludes(report, text);
  }
});

Deno.test("it() is watched by the sanitizers", async () => {
  const { success, report } = await runFile(`
    describe("group", () => {
      it("leaks", () => { Deno.openSync(new URL(import.meta.url)); });
    });
    it("stands alone and leaks too", () => { Deno.openSync(new URL(import.meta.url)); });`);
  assertEquals(success, false);
  assertStringIncludes(report, "Leaks detected");
  assertStringIncludes(report, "2 failed");
});

Deno.test("it.only() leaves out every other case of the file", async () => {
  const { report } = await runFile(`
    describe("group", () => {
      it("other", () => console.log("other ran"));
      it.only("chosen", () => console.log("chosen ran"));
    });
    describe("second group", () => it("distant", () => console.log("distant ran")));
    it("alone", () => console.log("alone ran"));`);
  const ran = [...report.matchAll(/^(\w+) ran$/gm)].map((match) => match[1]);
  assertEquals(ran, ["chosen"]);
});
