import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { commonAncestors, isReachable, type ParentsOf, reachable } from "./ancestry.ts";

/** A history given as the parents of each commit; commit numbers are indexes, parents come before children. */
function historyOf(parents: number[][]): ParentsOf {
  return (commit) => parents[commit]!;
}

// Commit 0 is the root; every other one follows one or two of those before it.
const histories = fc
  .array(fc.tuple(fc.nat(), fc.option(fc.nat(), { freq: 3 })), { minLength: 1, maxLength: 25 })
  .map((picks) => [[], ...picks.map(([first, second], index) => [...new Set([first, second ?? first].map((pick) => pick % (index + 1)))])]);

function ancestorsByRecursion(parents: number[][], commit: number): Set<number> {
  return new Set([commit, ...parents[commit]!.flatMap((parent) => [...ancestorsByRecursion(parents, parent)])]);
}

Deno.test("reachable() lists every commit once, newest first, and merged ones among the others", () => {
  // 0 - 1 - 3 - 5      main, 5 merges 4
  //      \- 2 - 4      a branch
  const history = historyOf([[], [0], [1], [1], [2], [3, 4]]);
  assertEquals([...reachable(history, { from: 5 })], [5, 4, 3, 2, 1, 0]);
});

Deno.test("reachable() leaves out `until` and what is reachable from it", () => {
  const history = historyOf([[], [0], [1], [1], [2], [3, 4]]);
  assertEquals([...reachable(history, { from: 5, until: 3 })], [5, 4, 2]);
  assertEquals([...reachable(history, { from: 5, until: 4 })], [5, 3]);
  assertEquals([...reachable(history, { from: 3, until: 5 })], []);
});

Deno.test("reachable() reads no more of the history than it is asked for", () => {
  const read: number[] = [];
  const parentsOf: ParentsOf = (commit) => {
    read.push(commit);
    return commit === 0 ? [] : [commit - 1];
  };
  assertEquals([...reachable(parentsOf, { from: 10_000 }).take(3)], [10_000, 9999, 9998]);
  assertEquals([...reachable(parentsOf, { from: 10_000, until: 9998 })], [10_000, 9999]);
  assertEquals(Math.min(...read), 9999);
});

Deno.test("commonAncestors() is where a branch parted", () => {
  assertEquals(commonAncestors(historyOf([[], [0], [1], [1]]), { left: 2, right: 3 }), [1]);
});

Deno.test("commonAncestors() honours an earlier merge: the branch parted where it was last merged", () => {
  // 0 - 1 - 3 - 5      main, 3 merges 2
  //      \- 2 - 4      a branch that goes on
  const history = historyOf([[], [0], [1], [1, 2], [2], [3]]);
  assertEquals(commonAncestors(history, { left: 5, right: 4 }), [2]);
});

Deno.test("commonAncestors() are two after merges in both directions", () => {
  // 3 merges 2 into 1, 4 merges 1 into 2
  const history = historyOf([[], [0], [0], [1, 2], [2, 1]]);
  assertEquals(commonAncestors(history, { left: 3, right: 4 }), [2, 1]);
});

Deno.test("ancestry agrees with sets of ancestors on any history", () => {
  fc.assert(fc.property(histories, fc.nat(), fc.nat(), (parents, a, b) => {
    const [left, right] = [a % parents.length, b % parents.length];
    const [ofLeft, ofRight] = [ancestorsByRecursion(parents, left), ancestorsByRecursion(parents, right)];
    const history = historyOf(parents);

    assertEquals([...reachable(history, { from: left })], [...ofLeft].toSorted((x, y) => y - x));
    assertEquals([...reachable(history, { from: left, until: right })], [...ofLeft.difference(ofRight)].toSorted((x, y) => y - x));
    assertEquals(isReachable(history, { ancestor: right, commit: left }), ofLeft.has(right));

    const common = [...ofLeft.intersection(ofRight)];
    const best = common.filter((commit) => !common.some((other) => other !== commit && ancestorsByRecursion(parents, other).has(commit)));
    assertEquals(commonAncestors(history, { left, right }), best.toSorted((x, y) => y - x));
  }));
});
