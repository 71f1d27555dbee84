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
  const near = known.map((candidate) => ({ candidate, distance: nearness(name.toLowerCase(), candidate.toLowerCase()) }));
  return near.filter(({ distance }) => distance < Infinity).toSorted((a, b) => a.distance - b.distance).slice(0, SHOWN).map(({ candidate }) => candidate);
}

/** How far two names are apart, infinitely if nobody mixes them up; a name may also have another namespace, or none. */
function nearness(name: string, candidate: string): number {
  return Math.min(distanceWithin(name, candidate), distanceWithin(bareName(name), bareName(candidate)));
}

function distanceWithin(a: string, b: string): number {
  const distance = editDistance(a, b);
  return distance <= Math.max(1, Math.floor(a.length / 3)) ? distance : Infinity;
}

function bareName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
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
