import { LRScheduler } from "./lr-scheduler.ts";
import type { ScheduledOptimizer } from "./scheduled-optimizer.ts";

type State = { gamma: number };

/**
 * Multiplies the rates by `gamma` every epoch, as `torch.optim.lr_scheduler.ExponentialLR`.
 *
 * @example
 * ```ts
 * const schedule = new ExponentialLR(optimizer, 0.95);
 * ```
 */
export class ExponentialLR extends LRScheduler<State> {
  constructor(optimizer: ScheduledOptimizer, gamma: number) {
    super(optimizer, { gamma });
    this.start();
  }

  override get name(): string {
    return "ExponentialLR";
  }

  protected override getLr(): number[] {
    return this.scaled(this.isInitial ? 1 : this.state.gamma);
  }

  protected override firstLr(): number[] {
    return [...this.baseLrs];
  }
}
