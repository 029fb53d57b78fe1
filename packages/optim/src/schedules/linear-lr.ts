import { checkFactor, checkFraction, checkWhole } from "../option-checks.ts";
import { LRScheduler } from "./lr-scheduler.ts";
import type { ScheduledOptimizer } from "./scheduled-optimizer.ts";

/** What {@link LinearLR} takes besides the optimizer. */
export interface LinearLROptions {
  /** What the rates are multiplied by at first, above 0 and at most 1. @defaultValue 1 / 3 */
  startFactor?: number;
  /** What they are multiplied by in the end, from 0 to 1. @defaultValue 1 */
  endFactor?: number;
  /** The epoch from which they are so. @defaultValue 5 */
  totalIters?: number;
}

type State = { start_factor: number; end_factor: number; total_iters: number };

/**
 * Changes the rates in equal steps from `startFactor` to `endFactor`, as `torch.optim.lr_scheduler.LinearLR`:
 * a warm-up.
 *
 * @throws {ArgumentError} when an option is out of its range.
 *
 * @example
 * ```ts
 * const schedule = new LinearLR(optimizer, { startFactor: 0.01, totalIters: 500 });
 * ```
 */
export class LinearLR extends LRScheduler<State> {
  constructor(
    optimizer: ScheduledOptimizer,
    { startFactor = 1 / 3, endFactor = 1, totalIters = 5 }: LinearLROptions = {},
  ) {
    super(optimizer, {
      start_factor: startFactor,
      end_factor: endFactor,
      total_iters: totalIters,
    });
    checkFactor(this.name, "startFactor", startFactor);
    checkFraction(this.name, "endFactor", endFactor);
    checkWhole(this.name, "totalIters", totalIters);
    this.start();
  }

  override get name(): string {
    return "LinearLR";
  }

  protected override getLr(): number[] {
    const { start_factor: start, end_factor: end, total_iters: total } = this.state;
    if (this.lastEpoch === 0) return this.scaled(start);
    if (this.lastEpoch > total) return this.scaled(1);
    return this.scaled(1 + (end - start) / (total * start + (this.lastEpoch - 1) * (end - start)));
  }

  protected override firstLr(): number[] {
    return this.baseLrs.map((lr) => lr * this.state.start_factor);
  }
}
