import { ArgumentError, type Generator } from "@kindling/core";
import type { Callback } from "./callback.ts";
import { GeneratorSet } from "./generator-set.ts";
import type { EpochRecord } from "./history.ts";
import type { Stepper } from "./interfaces.ts";
import { refusedState } from "./refused-state.ts";
import type { GeneratorStates, PartialEpoch, RunState } from "./run-state.ts";

/** What the loop has gathered in an epoch, when it can be asked. */
export type Gathered = Omit<PartialEpoch, "generators">;

/** Where a run is, how to save it, and how to go on from where another was. */
export class Progress {
  readonly history: EpochRecord<string>[];
  /** Training steps done. */
  step: number;
  readonly #generators: GeneratorSet;
  readonly #resume: RunState | null;
  /** True until the resumed epoch is taken up. */
  #pending: boolean;
  #epochStart = 0;
  #loaderStart: GeneratorStates = {};

  constructor(
    resume: RunState | null,
    generators: Readonly<Record<string, Generator>> | undefined,
  ) {
    this.#generators = new GeneratorSet(generators);
    this.#resume = resume;
    this.#pending = resume !== null;
    this.history = [...(resume?.history ?? [])];
    this.step = resume?.step ?? 0;
    if (resume !== null) this.#generators.check(resume.generators);
  }

  get firstEpoch(): number {
    return this.#resume?.epoch ?? 1;
  }

  get seconds(): number {
    return (performance.now() - this.#epochStart) / 1000;
  }

  /** Before `onTrainStart`, because callbacks look at the stepper there. */
  async restoreStepper(stepper: Stepper): Promise<void> {
    if (this.#resume === null) return;
    try {
      await stepper.restore?.(this.#resume.stepper as never);
    } catch (cause) {
      throw refusedState("restore of the optimizer", cause);
    }
  }

  /** After `onTrainStart`: takes up a run that was saved between epochs. */
  async start(callbacks: readonly Callback[]): Promise<void> {
    if (this.#resume === null || this.#resume.partial !== null) return;
    this.#pending = false;
    this.#generators.restore(this.#resume.generators);
    await this.#restoreCallbacks(callbacks, this.#resume);
  }

  startEpoch(): void {
    const before = this.#pending ? (this.#resume?.seconds ?? 0) : 0;
    this.#epochStart = performance.now() - before * 1000;
  }

  /**
   * Right before the training loader is iterated. In a resumed epoch its generators are what they were
   * then, so that it gives the same batches.
   *
   * @returns what to take up within the epoch; null to begin it.
   */
  async startBatches(callbacks: readonly Callback[]): Promise<Resumed | null> {
    const resume = this.#pending ? this.#resume : null;
    this.#pending = false;
    if (resume === null || resume.partial === null) {
      this.#loaderStart = this.#generators.states();
      return null;
    }
    await this.#restoreCallbacks(callbacks, resume);
    this.#loaderStart = resume.partial.generators;
    this.#generators.restore(this.#loaderStart);
    return {
      batch: resume.batch,
      gathered: resume.partial,
      arrive: () => this.#generators.restore(resume.generators),
    };
  }

  /** @param gathered - within an epoch; null at its end. */
  async state(
    { epoch, batch }: { readonly epoch: number; readonly batch: number | null },
    gathered: Gathered | null,
    stepper: Stepper,
    callbacks: readonly Callback[],
  ): Promise<RunState> {
    const generators = this.#generators.states();
    const states: { name: string; state: unknown }[] = [];
    for (const callback of callbacks) {
      if (callback.state === undefined) continue;
      states.push({ name: callback.name, state: await callback.state() });
    }
    return {
      epoch: batch === null ? epoch + 1 : epoch,
      batch: batch ?? 0,
      step: this.step,
      seconds: batch === null ? 0 : this.seconds,
      history: [...this.history],
      generators,
      partial: gathered && { ...gathered, generators: this.#loaderStart },
      stepper: (await stepper.state?.()) ?? null,
      callbacks: states,
    };
  }

  // The second of two callbacks of one name gets the second state. One that was not there starts anew,
  // and the state of one that is gone is dropped: callbacks may come and go between runs.
  async #restoreCallbacks(callbacks: readonly Callback[], { callbacks: saved }: RunState) {
    const waiting = [...saved];
    for (const callback of callbacks) {
      if (callback.restore === undefined) continue;
      const at = waiting.findIndex(({ name }) => name === callback.name);
      const [found] = at === -1 ? [] : waiting.splice(at, 1);
      if (found === undefined) continue;
      try {
        await callback.restore(found.state as never);
      } catch (cause) {
        throw refusedState(`restore of callback "${callback.name}"`, cause);
      }
    }
  }
}

/** An epoch to take up after some batches. */
export interface Resumed {
  /** How many were done. */
  readonly batch: number;
  readonly gathered: Gathered;
  /** After the last of them was skipped: puts the generators where they were. */
  readonly arrive: () => void;
}

/** @throws {ArgumentError} when the loader ended before the batches that were done. */
export function checkArrived(resumed: Resumed | null, batches: number): void {
  if (resumed !== null && batches < resumed.batch) {
    throw new ArgumentError(
      `Trainer.fit: expected the training loader of the run to resume, with at least ${resumed.batch} batches, got ${batches}`,
    );
  }
}
