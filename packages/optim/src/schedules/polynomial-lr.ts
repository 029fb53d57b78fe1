import { checkWhole } from "../option-checks.ts";
import { LRScheduler } from "./lr-scheduler.ts";
import type { ScheduledOptimizer } from "./scheduled-optimizer.ts";

/** What {@link PolynomialLR} takes besides the optimizer. */
export interface PolynomialLROptions {
  /** The epoch from which the rates are 0. @defaultValue 5 */
  totalIters?: number;
  /** 1 falls in a line, a larger one faster at first. @defaultValue 1 */
  power?: number;
}

type State = { total_iters: number; power: number };

/**
 * Lets the rates fall to 0 by `(1 − epoch / totalIters)^power`, as `torch.optim.lr_scheduler.PolynomialLR`.
 *
 * @throws {ArgumentError} when `totalIters` is not a whole number from 1 up.
 *
 * @example
 * ```ts
 * const schedule = new PolynomialLR(optimizer, { totalIters: 100, power: 2 });
 * ```
 */
export class PolynomialLR extends LRScheduler<State> {
  constructor(
    optimizer: ScheduledOptimizer,
    { totalIters = 5, power = 1 }: PolynomialLROptions = {},
  ) {
    super(optimizer, { total_iters: totalIters, power });
    checkWhole(this.name, "totalIters", totalIters);
    this.start();
  }

  override get name(): string {
    return "PolynomialLR";
  }

  protected override getLr(): number[] {
    const { total_iters: total, power } = this.state;
    if (this.isInitial || this.lastEpoch > total) return this.scaled(1);
    const [now, before] = [1 - this.lastEpoch / total, 1 - (this.lastEpoch - 1) / total];
    return this.scaled((now / before) ** power);
  }

  protected override firstLr(): number[] {
    return [...this.baseLrs];
  }
}
