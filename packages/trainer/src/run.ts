import { KindlingError } from "@kindling/core";
import type { Callback, HookContexts, Hooks, RunContext } from "./callback.ts";
import { CallbackError } from "./callback-error.ts";
import type { Stepper } from "./interfaces.ts";
import type { Gathered, Progress, Resumed } from "./progress.ts";

/** What a hook gets beyond the {@link RunContext}. */
type Extra<Hook extends keyof HookContexts> = Omit<HookContexts[Hook], keyof RunContext>;

/** One call of `fit`: its callbacks, in order, and whether it was told to stop. */
export class Run {
  readonly context: RunContext;
  readonly progress: Progress;
  readonly #callbacks: readonly Callback[];
  #stopReason: string | null = null;

  constructor(
    callbacks: readonly Callback[],
    { epochs, batches }: Pick<RunContext, "epochs" | "batches">,
    progress: Progress,
  ) {
    this.#callbacks = callbacks;
    this.progress = progress;
    const stop = (reason: string): void => {
      this.#stopReason ??= reason;
    };
    this.context = { epochs, batches, stop };
  }

  get stopped(): boolean {
    return this.#stopReason !== null;
  }

  /**
   * Runs `body` between `onTrainStart` and `onTrainEnd`.
   *
   * `onTrainEnd` is to `onTrainStart` what `finally` is to `try`: each callback that was started is
   * ended, whatever happens. An error goes to every started callback's `onError` first, and is then
   * thrown unchanged: what these last hooks throw must not hide it.
   */
  async drive(start: Extra<"onTrainStart">, body: () => Promise<void>): Promise<void> {
    const started: Callback[] = [];
    let failure: { readonly error: unknown } | undefined;
    try {
      for (const callback of this.#callbacks) {
        started.push(callback);
        await this.#call(callback, "onTrainStart", { ...this.context, ...start });
      }
      await this.progress.start(this.#callbacks);
      await body();
    } catch (error) {
      failure = { error };
      await this.#callAll(started, "onError", { ...this.context, error });
    }
    const end = { ...this.context, stopReason: this.#stopReason };
    const endFailure = await this.#callAll(started, "onTrainEnd", end);
    failure ??= endFailure;
    if (failure !== undefined) throw failure.error;
  }

  /** Calls a hook of every callback in turn; the first error ends it. */
  async emit<Hook extends keyof HookContexts>(
    hook: Hook,
    context: HookContexts[Hook],
  ): Promise<void> {
    for (const callback of this.#callbacks) await this.#call(callback, hook, context);
  }

  /** See `Progress.startBatches`. */
  startBatches(): Promise<Resumed | null> {
    return this.progress.startBatches(this.#callbacks);
  }

  /** Lets the run be saved, after a step or an epoch. */
  async offerCheckpoint(
    at: Omit<HookContexts["onCheckpoint"], keyof RunContext | "state" | "step">,
    stepper: Stepper,
    gathered: (() => Promise<Gathered>) | null,
  ): Promise<void> {
    const state = async () =>
      this.progress.state(at, gathered && (await gathered()), stepper, this.#callbacks);
    const { step } = this.progress;
    await this.emit("onCheckpoint", { ...this.context, ...at, step, state });
  }

  // Every callback is called; the first error is returned.
  async #callAll<Hook extends keyof HookContexts>(
    callbacks: readonly Callback[],
    hook: Hook,
    context: HookContexts[Hook],
  ): Promise<{ readonly error: unknown } | undefined> {
    let failure: { readonly error: unknown } | undefined;
    for (const callback of callbacks) {
      try {
        await this.#call(callback, hook, context);
      } catch (error) {
        failure ??= { error };
      }
    }
    return failure;
  }

  async #call<Hook extends keyof HookContexts>(
    callback: Callback,
    hook: Hook,
    context: HookContexts[Hook],
  ): Promise<void> {
    const hooks: Hooks = callback;
    try {
      await hooks[hook]?.(context);
    } catch (error) {
      // An error that says whose it is needs no second name.
      if (KindlingError.is(error) && error.message.startsWith(`${callback.name}:`)) throw error;
      throw new CallbackError(callback.name, hook, error);
    }
  }
}
