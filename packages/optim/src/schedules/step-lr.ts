import { checkWhole } from "../option-checks.ts";
import { LRScheduler } from "./lr-scheduler.ts";
import type { ScheduledOptimizer } from "./scheduled-optimizer.ts";

/** What {@link StepLR} takes besides the optimizer and `stepSize`. */
export interface StepLROptions {
  /** What the rates are multiplied by. @defaultValue 0.1 */
  gamma?: number;
}

type State = { step_size: number; gamma: number };

/**
 * Multiplies the rates by `gamma` every `stepSize` epochs, as `torch.optim.lr_scheduler.StepLR`.
 *
 * @throws {ArgumentError} when `stepSize` is not a whole number from 1 up.
 *
 * @example
 * ```ts
 * const schedule = new StepLR(optimizer, 30, { gamma: 0.5 });
 * ```
 */
export class StepLR extends LRScheduler<State> {
  constructor(
    optimizer: ScheduledOptimizer,
    stepSize: number,
    { gamma = 0.1 }: StepLROptions = {},
  ) {
    super(optimizer, { step_size: stepSize, gamma });
    checkWhole(this.name, "stepSize", stepSize);
    this.start();
  }

  override get name(): string {
    return "StepLR";
  }

  protected override getLr(): number[] {
    const { step_size, gamma } = this.state;
    return this.scaled(this.lastEpoch > 0 && this.lastEpoch % step_size === 0 ? gamma : 1);
  }

  protected override firstLr(): number[] {
    return [...this.baseLrs];
  }
}
