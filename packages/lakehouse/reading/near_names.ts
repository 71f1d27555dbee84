/**
 * Names that someone may have meant.
 *
 * @module
 */

const SHOWN = 3;

/**
 * Finds the names that are most like one that is not there.
 *
 * @param name The name.
 * @param known The names there are.
 * @returns At most three of them, the nearest first.
 */
export function findNearNames(name: string, known: readonly string[]): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3));
  const near = known.map((candidate) => ({ candidate, distance: nearness(name.toLowerCase(), candidate.toLowerCase()) }));
  return near.filter(({ distance }) => distance <= limit).toSorted((a, b) => a.distance - b.distance).slice(0, SHOWN).map(({ candidate }) => candidate);
}

/** The edit distance; a name is also near when it is missing its namespace only. */
function nearness(name: string, candidate: string): number {
  const bare = candidate.slice(candidate.lastIndexOf(".") + 1);
  return Math.min(editDistance(name, candidate), editDistance(name.slice(name.lastIndexOf(".") + 1), bare));
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
