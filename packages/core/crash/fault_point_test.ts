import { assertEquals, assertRejects } from "@std/assert";
import { type FaultPoint, formatFaultPoint, observingFaultPoints, parseFaultPoint } from "./fault_point.ts";

Deno.test("observingFaultPoints() numbers calls as they begin, and tells of both sides of each, also of one that throws", async () => {
  const seen: string[] = [];
  const intercept = observingFaultPoints((point) => seen.push(formatFaultPoint(point)));
  const call = (point: string, work: () => Promise<unknown>) => intercept({ point, args: [] }, work);
  await call("outer", () => call("inner", () => Promise.resolve()));
  await assertRejects(() => call("failing", () => Promise.reject(new Error("no"))), Error, "no");
  assertEquals(seen, ["1 before outer", "2 before inner", "2 after inner", "1 after outer", "3 before failing", "3 after failing"]);
});

Deno.test("observingFaultPoints() lets no call happen that its observer does not return from", async () => {
  let called = false;
  const intercept = observingFaultPoints(() => {
    throw new Error("killed");
  });
  await assertRejects(() => intercept({ point: "merge", args: [] }, () => Promise.resolve(called = true)), Error, "killed");
  assertEquals(called, false);
});

Deno.test("parseFaultPoint() reads what formatFaultPoint() writes, names with blanks among it", () => {
  const point: FaultPoint = { number: 12, side: "after", name: 'step "drop short trips"' };
  assertEquals(formatFaultPoint(point), '12 after step "drop short trips"');
  assertEquals(parseFaultPoint(formatFaultPoint(point)), point);
});
