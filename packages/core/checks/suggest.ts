/**
 * Near misses: the name somebody probably meant.
 *
 * @module
 */

/**
 * Finds the candidate a misspelt word most likely stands for.
 *
 * @param word What was written.
 * @param candidates What could have been meant.
 * @returns The nearest candidate, if it is near enough to be a misspelling.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.floor((word.length + 1) / 3) + 1;
  for (const candidate of candidates) {
    const distance = plain(candidate) === plain(word) ? 0 : editDistance(plain(word), plain(candidate));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** "Did you mean "x"?" for a near miss, else the choices there are. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = suggest(word, candidates);
  return near === undefined ? `Choose one of ${candidates.join(", ")}` : `Did you mean "${near}"?`;
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[_\-\s]/g, "");
}

function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[to.length]!;
}
