/**
 * Errors that know their answer.
 *
 * @module
 */
import { WapError, type WapErrorOptions } from "@wap/core/errors";

/** The statuses of errors that are raised here; those of core's errors are in `error_answer.ts`. */
export type ErrorStatus = 400 | 401 | 404 | 413 | 422 | 500;

/** What an HTTP error carries besides its message. */
export interface HttpErrorOptions extends WapErrorOptions {
  /** The answer's status. */
  status: ErrorStatus;
  /** The field at fault. */
  field?: string;
}

/** An error of a request. Its message is shown to whoever sent it, so it must say nothing that is not theirs to know. */
export class HttpError extends WapError {
  /** The answer's status. */
  readonly status: ErrorStatus;
  /** The field at fault. */
  readonly field: string | undefined;

  /** Makes an HTTP error. */
  constructor(message: string, options: HttpErrorOptions) {
    super(message, options);
    this.status = options.status;
    this.field = options.field;
  }
}
