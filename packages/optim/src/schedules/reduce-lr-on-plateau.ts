import { ArgumentError } from "@kindling/core";
import { checkNotNegative } from "../option-checks.ts";
import { checkedState, type ScheduleStateDict } from "./schedule-state.ts";
import { type PerGroup, perGroup, type ScheduledOptimizer } from "./scheduled-optimizer.ts";

/** What {@link ReduceLROnPlateau} takes besides the optimizer. */
export interface ReduceLROnPlateauOptions {
  /** Whether a smaller metric is better, or a larger. @defaultValue "min" */
  mode?: "min" | "max";
  /** What the rates are multiplied by, below 1. @defaultValue 0.1 */
  factor?: number;
  /** How many epochs in a row may bring nothing; the next reduces. @defaultValue 10 */
  patience?: number;
  /** How much better counts as better. @defaultValue 1e-4 */
  threshold?: number;
  /** The threshold as a share of the best, or as it is. @defaultValue "rel" */
  thresholdMode?: "rel" | "abs";
  /** Epochs after a reduction that do not count. @defaultValue 0 */
  cooldown?: number;
  /** The smallest rate, for all groups or one each. @defaultValue 0 */
  minLr?: PerGroup;
  /** A smaller change than this is not made. @defaultValue 1e-8 */
  eps?: number;
}

type State = {
  factor: number;
  default_min_lr: number | null;
  min_lrs: readonly number[];
  patience: number;
  cooldown: number;
  eps: number;
  last_epoch: number;
  mode: string;
  threshold: number;
  threshold_mode: string;
  best: number;
  cooldown_counter: number;
  num_bad_epochs: number;
};

/**
 * Reduces the rates when a metric stops getting better, as `torch.optim.lr_scheduler.ReduceLROnPlateau`.
 *
 * @throws {ArgumentError} when an option is out of its range.
 *
 * @example
 * ```ts
 * const schedule = new ReduceLROnPlateau(optimizer, { patience: 1 });
 * for (const valLoss of [0.4, 0.4, 0.4]) schedule.step(valLoss); // in a run, after each epoch
 * schedule.lastLr; // => [0.01]; it was 0.1
 * ```
 */
export class ReduceLROnPlateau {
  /** The class's name in errors. */
  readonly name = "ReduceLROnPlateau";
  /** Whose groups' rates are reduced. */
  readonly optimizer: ScheduledOptimizer;
  readonly #state: State;
  #lastLr: readonly number[];

  constructor(
    optimizer: ScheduledOptimizer,
    {
      mode = "min",
      factor = 0.1,
      patience = 10,
      threshold = 1e-4,
      thresholdMode = "rel",
      cooldown = 0,
      minLr = 0,
      eps = 1e-8,
    }: ReduceLROnPlateauOptions = {},
  ) {
    if (!(factor < 1)) {
      throw new ArgumentError(`${this.name}: expected factor to be below 1, got ${factor}`);
    }
    checkNotNegative(this.name, "patience", patience);
    checkNotNegative(this.name, "cooldown", cooldown);
    checkOneOf("mode", mode, ["min", "max"]);
    checkOneOf("thresholdMode", thresholdMode, ["rel", "abs"]);
    this.optimizer = optimizer;
    this.#lastLr = optimizer.paramGroups.map(({ lr }) => lr);
    this.#state = {
      factor,
      default_min_lr: typeof minLr === "number" ? minLr : null,
      min_lrs: perGroup(this.name, "minLr", minLr, optimizer),
      patience,
      cooldown,
      eps,
      last_epoch: 0,
      mode,
      threshold,
      threshold_mode: thresholdMode,
      best: worst(mode),
      cooldown_counter: 0,
      num_bad_epochs: 0,
    };
  }

  /** The rates after the last step, one a group. */
  get lastLr(): readonly number[] {
    return this.#lastLr;
  }

  /** @param metric - of the epoch that has ended. NaN is never better. */
  step(metric: number): void {
    const state = this.#state;
    state.last_epoch += 1;
    if (this.#isBetter(metric)) {
      state.best = metric;
      state.num_bad_epochs = 0;
    } else {
      state.num_bad_epochs += 1;
    }
    if (state.cooldown_counter > 0) {
      state.cooldown_counter -= 1;
      state.num_bad_epochs = 0;
    }
    if (state.num_bad_epochs > state.patience) {
      this.#reduce();
      state.cooldown_counter = state.cooldown;
      state.num_bad_epochs = 0;
    }
    this.#lastLr = this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** A copy of the options and the memory under PyTorch's names; survives JSON. */
  stateDict(): ScheduleStateDict {
    return structuredClone({ ...this.#state, _last_lr: this.#lastLr });
  }

  /**
   * Continues from a saved state: options and memory are replaced. The groups' rates are the
   * optimizer's to load.
   *
   * @throws {ArgumentError} when it is another schedule's or of other groups; nothing is changed then.
   */
  loadStateDict(dict: ScheduleStateDict): void {
    // Before the first step the best is infinite, which JSON writes as null; a list of smallest rates has no default.
    const best = dict.best ?? worst(dict.mode);
    const default_min_lr = dict.default_min_lr ?? null;
    const current = { ...this.#state, default_min_lr, _last_lr: this.#lastLr };
    const { _last_lr, ...state } = checkedState(this.name, { ...dict, best }, current);
    Object.assign(this.#state, state);
    this.#lastLr = _last_lr;
  }

  #isBetter(metric: number): boolean {
    const { mode, threshold_mode, threshold, best } = this.#state;
    if (mode === "min") {
      return metric < (threshold_mode === "rel" ? best * (1 - threshold) : best - threshold);
    }
    return metric > (threshold_mode === "rel" ? best * (threshold + 1) : best + threshold);
  }

  #reduce(): void {
    const { paramGroups } = this.optimizer;
    const { factor, eps, default_min_lr } = this.#state;
    if (paramGroups.length !== this.#state.min_lrs.length) {
      if (default_min_lr === null) {
        throw new ArgumentError(
          `${this.name}: expected ${this.#state.min_lrs.length} parameter groups, one a minLr, got ${paramGroups.length}`,
        );
      }
      this.#state.min_lrs = paramGroups.map(() => default_min_lr);
    }
    paramGroups.forEach((group, i) => {
      const lr = Math.max(group.lr * factor, this.#state.min_lrs[i] as number);
      if (group.lr - lr > eps) group.lr = lr;
    });
  }
}

function worst(mode: unknown): number {
  return mode === "max" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function checkOneOf(option: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) {
    throw new ArgumentError(
      `ReduceLROnPlateau: expected ${option} to be "${known.join('" or "')}", got "${value}"`,
    );
  }
}
