import { checkFactor, checkWhole } from "../option-checks.ts";
import { LRScheduler } from "./lr-scheduler.ts";
import type { ScheduledOptimizer } from "./scheduled-optimizer.ts";

/** What {@link ConstantLR} takes besides the optimizer. */
export interface ConstantLROptions {
  /** What the rates are multiplied by at first, above 0 and at most 1. @defaultValue 1 / 3 */
  factor?: number;
  /** The epoch from which they are whole. @defaultValue 5 */
  totalIters?: number;
}

type State = { factor: number; total_iters: number };

/**
 * Makes the rates smaller for the first `totalIters` epochs, as `torch.optim.lr_scheduler.ConstantLR`.
 *
 * @throws {ArgumentError} when an option is out of its range.
 *
 * @example
 * ```ts
 * const schedule = new ConstantLR(optimizer, { factor: 0.1, totalIters: 2 });
 * ```
 */
export class ConstantLR extends LRScheduler<State> {
  constructor(
    optimizer: ScheduledOptimizer,
    { factor = 1 / 3, totalIters = 5 }: ConstantLROptions = {},
  ) {
    super(optimizer, { factor, total_iters: totalIters });
    checkFactor(this.name, "factor", factor);
    checkWhole(this.name, "totalIters", totalIters);
    this.start();
  }

  override get name(): string {
    return "ConstantLR";
  }

  protected override getLr(): number[] {
    const { factor, total_iters } = this.state;
    if (this.lastEpoch === 0) return this.scaled(factor);
    return this.scaled(this.lastEpoch === total_iters ? 1 / factor : 1);
  }

  protected override firstLr(): number[] {
    return this.baseLrs.map((lr) => lr * this.state.factor);
  }
}
