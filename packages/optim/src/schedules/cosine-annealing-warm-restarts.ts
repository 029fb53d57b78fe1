import { checkWhole } from "../option-checks.ts";
import { LRScheduler } from "./lr-scheduler.ts";
import type { ScheduledOptimizer } from "./scheduled-optimizer.ts";

/** What {@link CosineAnnealingWarmRestarts} takes besides the optimizer and `t0`. */
export interface CosineAnnealingWarmRestartsOptions {
  /** What a cycle's length is multiplied by after each, a whole number. @defaultValue 1 */
  tMult?: number;
  /** The smallest rate. @defaultValue 0 */
  etaMin?: number;
}

type State = { T_0: number; T_i: number; T_mult: number; eta_min: number; T_cur: number };

/**
 * Lets the rates fall along half a cosine again and again, from the top each time, as
 * `torch.optim.lr_scheduler.CosineAnnealingWarmRestarts`.
 *
 * @param t0 - epochs of the first cycle.
 *
 * @throws {ArgumentError} when `t0` or `tMult` is not a whole number from 1 up.
 *
 * @example
 * ```ts
 * const schedule = new CosineAnnealingWarmRestarts(optimizer, 10, { tMult: 2 }); // restarts at 10, 30, 70, …
 * ```
 */
export class CosineAnnealingWarmRestarts extends LRScheduler<State> {
  constructor(
    optimizer: ScheduledOptimizer,
    t0: number,
    { tMult = 1, etaMin = 0 }: CosineAnnealingWarmRestartsOptions = {},
  ) {
    super(optimizer, { T_0: t0, T_i: t0, T_mult: tMult, eta_min: etaMin, T_cur: -1 });
    checkWhole(this.name, "t0", t0);
    checkWhole(this.name, "tMult", tMult);
    this.start();
  }

  override get name(): string {
    return "CosineAnnealingWarmRestarts";
  }

  override step(): void {
    const { state } = this;
    if (this.lastEpoch < 0) {
      state.T_i = state.T_0;
      state.T_cur = 0;
    } else if (++state.T_cur >= state.T_i) {
      state.T_cur -= state.T_i;
      state.T_i *= state.T_mult;
    }
    super.step();
  }

  protected override getLr(): number[] {
    const { T_cur, T_i, eta_min: etaMin } = this.state;
    const height = 1 + Math.cos((Math.PI * T_cur) / T_i);
    return this.baseLrs.map((lr) => etaMin + ((lr - etaMin) * height) / 2);
  }
}
