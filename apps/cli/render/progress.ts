/**
 * Progress on a terminal: one line that is drawn again and again, and nothing in a pipe.
 *
 * @module
 */
import process from "node:process";
import type { ImportProgress, RunObserver } from "@wap/core";
import { isInteractive } from "../output.ts";
import { formatBytes, formatNumber } from "./text_table.ts";

const BAR = 20;

/** Watches a run and draws how far it is. */
export class ProgressLine implements RunObserver, Disposable {
  #drawn = false;

  /** Draws a new state. */
  onTransition: RunObserver["onTransition"] = (run) => this.#draw(`${run.state} ${run.flow}`);

  /** Draws how far an import is. */
  onProgress: RunObserver["onProgress"] = (_run, progress) => this.#draw(`importing ${importText(progress)}`);

  /** Takes the line away. */
  [Symbol.dispose](): void {
    if (this.#drawn) process.stderr.write("\r\x1b[2K");
  }

  #draw(text: string): void {
    if (!isInteractive()) return;
    this.#drawn = true;
    process.stderr.write(`\r\x1b[2K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
  }
}

function importText({ files, totalFiles, rows, bytes, totalBytes }: ImportProgress): string {
  const filled = totalBytes === 0 ? 0 : Math.min(BAR, Math.round((bytes / totalBytes) * BAR));
  const bar = "#".repeat(filled).padEnd(BAR, ".");
  return `[${bar}] ${files}/${totalFiles} files  ${formatNumber(rows)} rows  ${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
}
