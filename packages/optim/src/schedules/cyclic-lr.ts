import { ArgumentError } from "@kindling/core";
import { checkWhole } from "../option-checks.ts";
import { LRScheduler } from "./lr-scheduler.ts";
import {
  type PerGroup,
  perGroup,
  type ScheduledOptimizer,
  setMomentum,
  usesBeta1,
} from "./scheduled-optimizer.ts";

/** What {@link CyclicLR} takes besides the optimizer and the two rates. */
export interface CyclicLROptions {
  /** Steps in which the rate rises. @defaultValue 2000 */
  stepSizeUp?: number;
  /** Steps in which it falls. @defaultValue as many */
  stepSizeDown?: number;
  /**
   * `"triangular"` keeps the height, `"triangular2"` halves it each cycle, `"exp_range"` multiplies it by `gamma`
   * each step. @defaultValue "triangular"
   */
  mode?: "triangular" | "triangular2" | "exp_range";
  /** Of `"exp_range"`. @defaultValue 1 */
  gamma?: number;
  /** Scales the height, from 0 to 1, instead of `mode`. It is not in the state dict. @defaultValue none: `mode` says it */
  scaleFn?: (x: number) => number;
  /** What `scaleFn` is given: the cycle, counted from 1, or the step, counted from 0. @defaultValue "cycle" */
  scaleMode?: "cycle" | "iterations";
  /** Move the momentum, or the first of the betas, against the rate. @defaultValue true */
  cycleMomentum?: boolean;
  /** The momentum at the highest rate. @defaultValue 0.8 */
  baseMomentum?: PerGroup;
  /** The momentum at the lowest rate. @defaultValue 0.9 */
  maxMomentum?: PerGroup;
}

type State = {
  max_lrs: readonly number[];
  total_size: number;
  step_ratio: number;
  mode: string;
  gamma: number;
  scale_mode: string;
  cycle_momentum: boolean;
  /** PyTorch's states have it; a function cannot be saved. */
  _scale_fn_custom: null;
} & Partial<Momenta>;
type Momenta = {
  use_beta1: boolean;
  base_momentums: readonly number[];
  max_momentums: readonly number[];
};

/**
 * Moves the rates up and down between `baseLr` and `maxLr` in straight lines, as
 * `torch.optim.lr_scheduler.CyclicLR`. Call `step` after each batch.
 *
 * @param baseLr - the lowest rate, for all groups or one each; the optimizer's own is replaced.
 * @param maxLr - the highest rate.
 *
 * @throws {ArgumentError} when an option is out of its range, or there is no momentum to cycle.
 *
 * @example
 * ```ts
 * const schedule = new CyclicLR(optimizer, 1e-4, 1e-2, { stepSizeUp: 500, mode: "triangular2" });
 * ```
 */
export class CyclicLR extends LRScheduler<State> {
  readonly #scaleFn: ((x: number) => number) | null;

  constructor(
    optimizer: ScheduledOptimizer,
    baseLr: PerGroup,
    maxLr: PerGroup,
    {
      stepSizeUp = 2000,
      stepSizeDown = stepSizeUp,
      mode = "triangular",
      gamma = 1,
      scaleFn,
      scaleMode = "cycle",
      cycleMomentum = true,
      baseMomentum = 0.8,
      maxMomentum = 0.9,
    }: CyclicLROptions = {},
  ) {
    const where = "CyclicLR";
    checkWhole(where, "stepSizeUp", stepSizeUp);
    checkWhole(where, "stepSizeDown", stepSizeDown);
    if (!["triangular", "triangular2", "exp_range"].includes(mode)) {
      throw new ArgumentError(
        `${where}: expected mode to be "triangular", "triangular2" or "exp_range", got "${mode}"`,
      );
    }
    const baseLrs = perGroup(where, "baseLr", baseLr, optimizer);
    const maxLrs = perGroup(where, "maxLr", maxLr, optimizer);
    const momenta: Momenta | null = !cycleMomentum
      ? null
      : {
          use_beta1: usesBeta1(where, optimizer),
          base_momentums: perGroup(where, "baseMomentum", baseMomentum, optimizer),
          max_momentums: perGroup(where, "maxMomentum", maxMomentum, optimizer),
        };
    optimizer.paramGroups.forEach((group, i) => {
      group.lr = baseLrs[i] as number;
      if (momenta === null) return;
      group.maxMomentum = momenta.max_momentums[i] as number;
      group.baseMomentum = momenta.base_momentums[i] as number;
    });
    const builtIn = mode === "exp_range" ? "iterations" : "cycle";
    super(optimizer, {
      max_lrs: maxLrs,
      total_size: stepSizeUp + stepSizeDown,
      step_ratio: stepSizeUp / (stepSizeUp + stepSizeDown),
      mode,
      gamma,
      scale_mode: scaleFn === undefined ? builtIn : scaleMode,
      cycle_momentum: cycleMomentum,
      _scale_fn_custom: null,
      ...momenta,
    });
    this.#scaleFn = scaleFn ?? null;
    this.start();
    // After the first rates, as in PyTorch: it matters where another schedule came before.
    this.baseLrs = baseLrs;
  }

  override get name(): string {
    return "CyclicLR";
  }

  protected override getLr(): number[] {
    const { max_lrs, base_momentums, max_momentums, use_beta1 = false } = this.state;
    const height = this.#height();
    if (base_momentums !== undefined && max_momentums !== undefined) {
      this.optimizer.paramGroups.forEach((group, i) => {
        const [base = 0, max = 0] = [base_momentums[i], max_momentums[i]];
        setMomentum(group, use_beta1, max - height(max - base));
      });
    }
    return this.baseLrs.map((base, i) => base + height((max_lrs[i] as number) - base));
  }

  /** How much of a range is used at this step. */
  #height(): (range: number) => number {
    const { total_size, step_ratio, scale_mode } = this.state;
    const cycle = Math.floor(1 + this.lastEpoch / total_size);
    const x = 1 + this.lastEpoch / total_size - cycle;
    const factor = x <= step_ratio ? x / step_ratio : (x - 1) / (step_ratio - 1);
    const scale = this.#scale(scale_mode === "cycle" ? cycle : this.lastEpoch);
    return (range) => range * factor * scale;
  }

  #scale(x: number): number {
    if (this.#scaleFn !== null) return this.#scaleFn(x);
    const { mode, gamma } = this.state;
    if (mode === "exp_range") return gamma ** x;
    return mode === "triangular2" ? 1 / 2 ** (x - 1) : 1;
  }
}
