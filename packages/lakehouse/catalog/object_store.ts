/**
 * Immutable JSON values kept by the hash of their content. Knows nothing of what the values mean.
 *
 * @module
 */
/** Where immutable JSON values are kept by the hash of their content. */
export interface ObjectStore {
  /**
   * Reads a value.
   *
   * @param hash What {@linkcode ObjectStore.put} answered.
   * @returns The value; callers do not change it.
   * @throws {TerminalError} If there is none of that hash.
   */
  get(hash: string): unknown;
  /**
   * Keeps a value. Equal values have one hash and are kept once.
   *
   * @param value Anything JSON can carry.
   * @returns The hash to read it by.
   */
  put(value: unknown): string;
}
