import { ArgumentError } from "@kindling/core";
import { checkedState, type ScheduleStateDict } from "./schedule-state.ts";
import type { ScheduledOptimizer } from "./scheduled-optimizer.ts";

/**
 * The base of the schedules: `step` sets the learning rates of the optimizer's groups, as
 * `torch.optim.lr_scheduler`, value for value.
 *
 * Most go on from the current rate instead of computing it anew, so that several can be stepped on one
 * optimizer; that is also what makes the values PyTorch's to the last bits. Call `step` after the
 * optimizer's. To resume, make optimizer and schedule as before, then load the optimizer's state
 * and the schedule's: a schedule sets the first rates when it is made, and loading it sets none.
 *
 * A subclass keeps what it wants saved in `state`, has a `getLr`, and calls `start` at the end of
 * its constructor.
 *
 * @typeParam S - options and memory under PyTorch's names, plain values.
 *
 * @example
 * ```ts
 * const schedule = new StepLR(optimizer, 30);
 * for (let epoch = 1; epoch <= 90; epoch++) {
 *   for await (const [images, labels] of loader) {
 *     optimizer.step(() => criterion.forward(model.forward(images), labels)).dispose();
 *   }
 *   schedule.step();
 * }
 * schedule.lastLr; // => [0.0001]
 * ```
 */
export abstract class LRScheduler<S extends ScheduleStateDict = ScheduleStateDict> {
  /** Whose groups' rates are set. */
  readonly optimizer: ScheduledOptimizer;
  /** Steps so far; 0 once it is made. */
  protected lastEpoch = -1;
  /** Each group's rate that the schedule starts from. */
  protected baseLrs: readonly number[];
  /** True in the step with which `start` sets the first rates. */
  protected isInitial = false;
  protected readonly state: { -readonly [K in keyof S]: S[K] };
  // PyTorch warns by it of a schedule that is stepped too soon; here it is only kept for its states.
  #stepCount = 0;
  #started = false;
  #lastLr: readonly number[];

  constructor(optimizer: ScheduledOptimizer, state: S) {
    this.optimizer = optimizer;
    this.state = { ...state };
    for (const group of optimizer.paramGroups) group.initialLr ??= group.lr;
    this.baseLrs = optimizer.paramGroups.map(({ initialLr, lr }) => initialLr ?? lr);
    this.#lastLr = this.scaled(1);
  }

  /** The class's name in errors. */
  get name(): string {
    return "LRScheduler";
  }

  /** The rates that the last step set, one a group. */
  get lastLr(): readonly number[] {
    return this.#lastLr;
  }

  /** The rates of `lastEpoch`, from the groups' current ones or from `baseLrs`. */
  protected abstract getLr(): number[];

  /** The rates of epoch 0 where {@link SequentialLR} switches to this schedule. */
  protected firstLr(): number[] {
    return this.getLr();
  }

  /**
   * Sets the rates of the next epoch, or of the next step where it is called after each.
   *
   * @throws {ArgumentError} when the optimizer got another group since the schedule was made, or a
   *   subclass forgot to call `start`.
   */
  step(): void {
    if (!this.#started) {
      throw new ArgumentError(
        `${this.name}: expected start() at the end of the constructor, got a step before it`,
      );
    }
    this.#stepCount += 1;
    this.lastEpoch += 1;
    this.#apply(this.getLr());
  }

  /** Sets the first rates. For subclasses and {@link SequentialLR}. */
  start(): void {
    this.#started = true;
    this.#stepCount = 0;
    this.isInitial = true;
    try {
      this.step();
    } finally {
      this.isInitial = false;
    }
  }

  /** Sets the rates of epoch 0 in the middle of a run. For {@link SequentialLR}. */
  restart(): void {
    this.lastEpoch = 0;
    this.#apply(this.firstLr());
  }

  /** Takes back the count of `start`. For {@link SequentialLR}. */
  rewind(): void {
    this.lastEpoch -= 1;
  }

  /** A copy of the options and the memory under PyTorch's names; survives JSON. */
  stateDict(): ScheduleStateDict {
    return structuredClone({ ...this.state, ...this.#counters() });
  }

  /**
   * Continues from a saved state: options and memory are replaced. The groups' rates are the
   * optimizer's to load.
   *
   * @throws {ArgumentError} when it is another schedule's or of other groups; nothing is changed then.
   */
  loadStateDict(dict: ScheduleStateDict): void {
    const state = checkedState(this.name, dict, this.state);
    const counters = checkedState(this.name, dict, this.#counters());
    Object.assign(this.state, state);
    this.baseLrs = counters.base_lrs;
    this.lastEpoch = counters.last_epoch;
    this.#stepCount = counters._step_count;
    this.#lastLr = counters._last_lr;
  }

  /** The groups' current rates times a factor. */
  protected scaled(factor: number): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr * factor);
  }

  /** For a schedule made of schedules, which set the rates: notes them, or those that were saved. */
  protected noteLastLr(lrs: readonly number[] = this.scaled(1)): void {
    this.#lastLr = lrs;
  }

  #apply(lrs: readonly number[]): void {
    const { paramGroups } = this.optimizer;
    if (lrs.length !== paramGroups.length) {
      throw new ArgumentError(
        `${this.name}: expected ${lrs.length} parameter groups, as there were when it was made, got ${paramGroups.length}; make the schedule after addParamGroup`,
      );
    }
    paramGroups.forEach((group, i) => {
      group.lr = lrs[i] as number;
    });
    this.noteLastLr();
  }

  #counters(): Counters {
    return {
      base_lrs: this.baseLrs,
      last_epoch: this.lastEpoch,
      _step_count: this.#stepCount,
      _last_lr: this.#lastLr,
    };
  }
}

type Counters = {
  readonly base_lrs: readonly number[];
  readonly last_epoch: number;
  readonly _step_count: number;
  readonly _last_lr: readonly number[];
};
