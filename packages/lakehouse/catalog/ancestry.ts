/**
 * Questions about history, answered from commit numbers alone. A commit's number is greater than its parents', so taking the greatest
 * number first meets every commit after all that descend from it, and once.
 *
 * @module
 */

/** Answers the numbers of a commit's parents, first parent first. */
export type ParentsOf = (commit: number) => number[];

const LEFT = 1;
const RIGHT = 2;
const STALE = 4;

interface Visit {
  commit: number;
  marks: number;
}

/**
 * Lists what is reachable from a commit, newest first, leaving out what is reachable from another.
 *
 * @param parentsOf The history.
 * @param range Where to start, and the commit that is left out with all before it.
 * @returns The commits' numbers, greatest first, read as they are asked for.
 */
export function* reachable(parentsOf: ParentsOf, range: { from: number; until?: number }): Generator<number> {
  const starts: Visit[] = [{ commit: range.from, marks: LEFT }];
  if (range.until !== undefined) starts.push({ commit: range.until, marks: STALE });
  for (const { commit, marks } of walk(parentsOf, starts)) {
    if (!(marks & STALE)) yield commit;
  }
}

/** Whether `ancestor` is reachable from `commit`; a commit is reachable from itself. */
export function isReachable(parentsOf: ParentsOf, range: { ancestor: number; commit: number }): boolean {
  for (const commit of reachable(parentsOf, { from: range.commit })) {
    if (commit <= range.ancestor) return commit === range.ancestor;
  }
  return false;
}

/**
 * Finds the best common ancestors of two commits: reachable from both, and from no other such commit.
 *
 * @param parentsOf The history.
 * @param sides The two commits.
 * @returns One number; several only after two branches were merged into each other from both sides.
 */
export function commonAncestors(parentsOf: ParentsOf, sides: { left: number; right: number }): number[] {
  const best: number[] = [];
  for (const visit of walk(parentsOf, [{ commit: sides.left, marks: LEFT }, { commit: sides.right, marks: RIGHT }])) {
    if (visit.marks !== (LEFT | RIGHT)) continue;
    best.push(visit.commit);
    visit.marks |= STALE;
  }
  return best;
}

/** Visits commits from the greatest number down, handing each one's marks on to its parents, until only stale ones are left. */
function* walk(parentsOf: ParentsOf, starts: Visit[]): Generator<Visit> {
  const queue: number[] = [];
  const marks = new Map<number, number>();
  let live = 0;
  const add = (commit: number, added: number) => {
    const before = marks.get(commit);
    const after = (before ?? 0) | added;
    if (before === undefined) queue.splice(insertionPoint(queue, commit), 0, commit);
    if (before !== undefined && !(before & STALE)) live--;
    if (!(after & STALE)) live++;
    marks.set(commit, after);
  };
  for (const start of starts) add(start.commit, start.marks);
  while (live > 0) {
    const commit = queue.pop()!;
    const visit = { commit, marks: marks.get(commit)! };
    marks.delete(commit);
    if (!(visit.marks & STALE)) live--;
    yield visit;
    for (const parent of parentsOf(commit)) add(parent, visit.marks);
  }
}

function insertionPoint(sorted: number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
