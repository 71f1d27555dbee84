/**
 * Making files last: what is moved here survives a power failure once the promise is kept.
 *
 * @module
 */
import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Makes a folder and the ones above it, and their names, durable.
 *
 * @param path The folder.
 */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let folder = path; folder.length >= first.length; folder = dirname(folder)) await syncPath(dirname(folder));
}

/**
 * Moves files into a folder, durable in content and name.
 *
 * @param moves Where each file is, and its name in the folder.
 * @param folder The folder, on the same file system.
 */
export async function moveInto(moves: readonly { from: string; name: string }[], folder: string): Promise<void> {
  if (moves.length === 0) return;
  await makeFolder(folder);
  await Promise.all(moves.map(({ from }) => syncPath(from)));
  await Promise.all(moves.map(({ from, name }) => rename(from, join(folder, name))));
  await syncPath(folder);
}

/** Makes a file's content, or a folder's names, durable. */
async function syncPath(path: string): Promise<void> {
  using file = await Deno.open(path, { read: true });
  await file.sync();
}
