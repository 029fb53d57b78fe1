import { checkWhole } from "../option-checks.ts";
import { LRScheduler } from "./lr-scheduler.ts";
import type { ScheduledOptimizer } from "./scheduled-optimizer.ts";

/** What {@link MultiStepLR} takes besides the optimizer and the milestones. */
export interface MultiStepLROptions {
  /** What the rates are multiplied by. @defaultValue 0.1 */
  gamma?: number;
}

/** How often each epoch is among the milestones. */
type State = { milestones: Readonly<Record<string, number>>; gamma: number };

/**
 * Multiplies the rates by `gamma` at each of the milestones, as `torch.optim.lr_scheduler.MultiStepLR`.
 *
 * @param milestones - epochs; one that comes twice counts twice.
 *
 * @throws {ArgumentError} when a milestone is not a whole number from 0 up.
 *
 * @example
 * ```ts
 * const schedule = new MultiStepLR(optimizer, [30, 80]);
 * ```
 */
export class MultiStepLR extends LRScheduler<State> {
  constructor(
    optimizer: ScheduledOptimizer,
    milestones: readonly number[],
    { gamma = 0.1 }: MultiStepLROptions = {},
  ) {
    const counts: Record<string, number> = {};
    for (const epoch of milestones) counts[epoch] = (counts[epoch] ?? 0) + 1;
    super(optimizer, { milestones: counts, gamma });
    for (const epoch of milestones) checkWhole(this.name, "milestones", epoch, 0);
    this.start();
  }

  override get name(): string {
    return "MultiStepLR";
  }

  protected override getLr(): number[] {
    return this.scaled(this.state.gamma ** this.#countAt(this.lastEpoch));
  }

  protected override firstLr(): number[] {
    const factor = this.state.gamma ** this.#countAt(0);
    return this.baseLrs.map((lr) => lr * factor);
  }

  #countAt(epoch: number): number {
    return this.state.milestones[epoch] ?? 0;
  }
}
