import { checkWhole } from "../option-checks.ts";
import { LRScheduler } from "./lr-scheduler.ts";
import type { ScheduledOptimizer } from "./scheduled-optimizer.ts";

/** What {@link CosineAnnealingLR} takes besides the optimizer and `tMax`. */
export interface CosineAnnealingLROptions {
  /** The smallest rate. @defaultValue 0 */
  etaMin?: number;
}

type State = { T_max: number; eta_min: number };

/**
 * Lets the rates fall to `etaMin` along half a cosine, as `torch.optim.lr_scheduler.CosineAnnealingLR`.
 *
 * After `tMax` epochs they rise again as they fell: stop there, or see {@link CosineAnnealingWarmRestarts}.
 *
 * @param tMax - epochs until the rates are `etaMin`.
 *
 * @throws {ArgumentError} when `tMax` is not a whole number from 1 up.
 *
 * @example
 * ```ts
 * const schedule = new CosineAnnealingLR(optimizer, 100, { etaMin: 1e-5 });
 * ```
 */
export class CosineAnnealingLR extends LRScheduler<State> {
  constructor(
    optimizer: ScheduledOptimizer,
    tMax: number,
    { etaMin = 0 }: CosineAnnealingLROptions = {},
  ) {
    super(optimizer, { T_max: tMax, eta_min: etaMin });
    checkWhole(this.name, "tMax", tMax);
    this.start();
  }

  override get name(): string {
    return "CosineAnnealingLR";
  }

  protected override getLr(): number[] {
    const { T_max: tMax, eta_min: etaMin } = this.state;
    const { paramGroups } = this.optimizer;
    if (this.isInitial) return this.scaled(1);
    // The step out of the valley, where the quotient below is 0 / 0.
    if ((this.lastEpoch - 1 - tMax) % (2 * tMax) === 0) {
      const rise = 1 - Math.cos(Math.PI / tMax);
      return this.baseLrs.map(
        (base, i) => (paramGroups[i]?.lr ?? 0) + ((base - etaMin) * rise) / 2,
      );
    }
    const height = (epoch: number): number => 1 + Math.cos((Math.PI * epoch) / tMax);
    const quotient = height(this.lastEpoch) / height(this.lastEpoch - 1);
    return paramGroups.map(({ lr }) => quotient * (lr - etaMin) + etaMin);
  }

  protected override firstLr(): number[] {
    const { eta_min: etaMin } = this.state;
    return this.baseLrs.map((lr) => etaMin + ((lr - etaMin) * 2) / 2);
  }
}
