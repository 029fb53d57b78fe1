import { KindlingError } from "@kindling/core";

/**
 * A callback's hook threw; `cause` is what it threw, and the message names the callback and hook.
 *
 * @example
 * ```ts
 * const disk: Callback = {
 *   name: "disk",
 *   onEpochEnd() {
 *     throw new Error("no space left");
 *   },
 * };
 * const trainer = new Trainer({ model, loss, optimizer, callbacks: [disk] });
 * await trainer.fit(loader, { epochs: 1 }); // => CallbackError: Trainer: callback "disk" failed in onEpochEnd: no space left
 * ```
 */
export class CallbackError extends KindlingError {
  static override readonly kind: string = "CallbackError";
  /** The callback's name. */
  readonly callback: string;
  /** The hook's name, such as `onEpochEnd`. */
  readonly hook: string;

  constructor(callback: string, hook: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`Trainer: callback "${callback}" failed in ${hook}: ${reason}`, { cause });
    this.callback = callback;
    this.hook = hook;
  }
}
