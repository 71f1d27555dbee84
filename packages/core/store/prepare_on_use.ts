/**
 * Statements prepared once, each when it is first used: preparing all of them would take longer than most commands need the store for.
 *
 * @module
 */

/** What each recipe prepares, under the recipe's name. */
export type Prepared<T extends Record<string, () => unknown>> = { readonly [K in keyof T]: ReturnType<T[K]> };

/**
 * Makes an object whose properties are prepared when they are first read.
 *
 * @param recipes How to prepare each.
 */
export function prepareOnUse<T extends Record<string, () => unknown>>(recipes: T): Prepared<T> {
  const prepared = {} as Prepared<T>;
  for (const [name, prepare] of Object.entries(recipes)) {
    const get = () => {
      const value = prepare();
      Object.defineProperty(prepared, name, { value });
      return value;
    };
    Object.defineProperty(prepared, name, { get, configurable: true });
  }
  return prepared;
}
