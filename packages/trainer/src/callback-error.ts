import { KindlingError } from "@kindling/core";

/** A callback's hook threw; `cause` is what it threw, and the message names the callback and hook. */
export class CallbackError extends KindlingError {
  static override readonly kind: string = "CallbackError";
  readonly callback: string;
  readonly hook: string;

  constructor(callback: string, hook: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`Trainer: callback "${callback}" failed in ${hook}: ${reason}`, { cause });
    this.callback = callback;
    this.hook = hook;
  }
}
