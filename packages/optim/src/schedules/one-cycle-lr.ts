import { ArgumentError } from "@kindling/core";
import { checkFraction, checkWhole } from "../option-checks.ts";
import { LRScheduler } from "./lr-scheduler.ts";
import {
  type PerGroup,
  perGroup,
  type ScheduledGroup,
  type ScheduledOptimizer,
  setMomentum,
  usesBeta1,
} from "./scheduled-optimizer.ts";

/** The run's length: in steps, or in epochs of so many steps. */
export type OneCycleLength = { totalSteps: number } | { epochs: number; stepsPerEpoch: number };

/** What {@link OneCycleLR} takes besides the optimizer, the highest rate and the run's length. */
export interface OneCycleLROptions {
  /** The share of the run in which the rate rises, from 0 to 1. @defaultValue 0.3 */
  pctStart?: number;
  /** Along half a cosine or a line. @defaultValue "cos" */
  annealStrategy?: "cos" | "linear";
  /** Move the momentum, or the first of the betas, against the rate. @defaultValue true */
  cycleMomentum?: boolean;
  /** The momentum at the highest rate. @defaultValue 0.85 */
  baseMomentum?: PerGroup;
  /** The momentum at both ends. @defaultValue 0.95 */
  maxMomentum?: PerGroup;
  /** The first rate is `maxLr / divFactor`. @defaultValue 25 */
  divFactor?: number;
  /** The last rate is the first `/ finalDivFactor`. @defaultValue 1e4 */
  finalDivFactor?: number;
  /** Fall as long as it rose, and then further to the last rate. @defaultValue false */
  threePhase?: boolean;
}

/** The groups' values that a phase leads from and to, under PyTorch's names. */
type Phase = {
  end_step: number;
  start_lr: LrName;
  end_lr: LrName;
  start_momentum: MomentumName;
  end_momentum: MomentumName;
};
type LrName = "initial_lr" | "max_lr" | "min_lr";
type MomentumName = "max_momentum" | "base_momentum";
const FIELDS = {
  initial_lr: "initialLr",
  max_lr: "maxLr",
  min_lr: "minLr",
  max_momentum: "maxMomentum",
  base_momentum: "baseMomentum",
} as const satisfies Record<LrName | MomentumName, keyof ScheduledGroup>;

type State = {
  total_steps: number;
  _schedule_phases: readonly Phase[];
  _anneal_func_type: string;
  cycle_momentum: boolean;
  use_beta1?: boolean;
};

/**
 * One rise of the rates to `maxLr` and one long fall to almost nothing, as
 * `torch.optim.lr_scheduler.OneCycleLR`. Call `step` after each batch.
 *
 * @param maxLr - the highest rate, for all groups or one each; the optimizer's own is replaced.
 *
 * @throws {ArgumentError} when an option is out of its range, there is no momentum to cycle, or `step` is
 *   called more often than `totalSteps`.
 *
 * @example
 * ```ts
 * const schedule = new OneCycleLR(optimizer, 0.1, { epochs: 10, stepsPerEpoch: loader.length });
 * ```
 */
export class OneCycleLR extends LRScheduler<State> {
  constructor(
    optimizer: ScheduledOptimizer,
    maxLr: PerGroup,
    {
      pctStart = 0.3,
      annealStrategy = "cos",
      cycleMomentum = true,
      baseMomentum = 0.85,
      maxMomentum = 0.95,
      divFactor = 25,
      finalDivFactor = 1e4,
      threePhase = false,
      ...length
    }: OneCycleLROptions & OneCycleLength,
  ) {
    const where = "OneCycleLR";
    const totalSteps = stepsOf(where, length);
    checkFraction(where, "pctStart", pctStart);
    if (annealStrategy !== "cos" && annealStrategy !== "linear") {
      throw new ArgumentError(
        `${where}: expected annealStrategy to be "cos" or "linear", got ${String(annealStrategy)}`,
      );
    }
    const maxLrs = perGroup(where, "maxLr", maxLr, optimizer);
    const maxMomentums = perGroup(where, "maxMomentum", maxMomentum, optimizer);
    const baseMomentums = perGroup(where, "baseMomentum", baseMomentum, optimizer);
    const momentum = cycleMomentum ? { use_beta1: usesBeta1(where, optimizer) } : {};
    optimizer.paramGroups.forEach((group, i) => {
      group.maxLr = maxLrs[i] as number;
      group.initialLr = group.maxLr / divFactor;
      group.minLr = group.initialLr / finalDivFactor;
      if (!cycleMomentum) return;
      group.maxMomentum = maxMomentums[i] as number;
      group.baseMomentum = baseMomentums[i] as number;
    });
    super(optimizer, {
      total_steps: totalSteps,
      _schedule_phases: phasesOf(totalSteps, pctStart, threePhase),
      _anneal_func_type: annealStrategy,
      cycle_momentum: cycleMomentum,
      ...momentum,
    });
    this.start();
  }

  override get name(): string {
    return "OneCycleLR";
  }

  override step(): void {
    const { total_steps } = this.state;
    if (this.lastEpoch >= total_steps) {
      throw new ArgumentError(
        `OneCycleLR: expected at most ${total_steps} steps, got one more; give it the run's length`,
      );
    }
    super.step();
  }

  protected override getLr(): number[] {
    const { _schedule_phases: phases, _anneal_func_type, use_beta1 } = this.state;
    const found = phases.findIndex(({ end_step }) => this.lastEpoch <= end_step);
    const at = found < 0 ? phases.length - 1 : found;
    const phase = phases[at] as Phase;
    const start = phases[at - 1]?.end_step ?? 0;
    const share = (this.lastEpoch - start) / (phase.end_step - start);
    const anneal = _anneal_func_type === "cos" ? alongCosine : alongLine;
    return this.optimizer.paramGroups.map((group) => {
      const value = (name: LrName | MomentumName): number => group[FIELDS[name]] as number;
      if (use_beta1 !== undefined) {
        const [from, to] = [value(phase.start_momentum), value(phase.end_momentum)];
        setMomentum(group, use_beta1, anneal(from, to, share));
      }
      return anneal(value(phase.start_lr), value(phase.end_lr), share);
    });
  }
}

function stepsOf(where: string, length: Partial<Record<string, number>>): number {
  const { totalSteps, epochs, stepsPerEpoch } = length;
  if (totalSteps !== undefined) {
    checkWhole(where, "totalSteps", totalSteps);
    return totalSteps;
  }
  if (epochs === undefined || stepsPerEpoch === undefined) {
    throw new ArgumentError(
      `${where}: expected totalSteps, or epochs and stepsPerEpoch, got epochs ${epochs}, stepsPerEpoch ${stepsPerEpoch}`,
    );
  }
  checkWhole(where, "epochs", epochs);
  checkWhole(where, "stepsPerEpoch", stepsPerEpoch);
  return epochs * stepsPerEpoch;
}

function phasesOf(totalSteps: number, pctStart: number, threePhase: boolean): Phase[] {
  const rise: Phase = {
    end_step: pctStart * totalSteps - 1,
    start_lr: "initial_lr",
    end_lr: "max_lr",
    start_momentum: "max_momentum",
    end_momentum: "base_momentum",
  };
  const fall = {
    start_lr: "max_lr",
    start_momentum: "base_momentum",
    end_momentum: "max_momentum",
  } as const;
  if (!threePhase) return [rise, { ...fall, end_step: totalSteps - 1, end_lr: "min_lr" }];
  return [
    rise,
    { ...fall, end_step: 2 * pctStart * totalSteps - 2, end_lr: "initial_lr" },
    {
      end_step: totalSteps - 1,
      start_lr: "initial_lr",
      end_lr: "min_lr",
      start_momentum: "max_momentum",
      end_momentum: "max_momentum",
    },
  ];
}

function alongCosine(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (Math.cos(Math.PI * share) + 1);
}

function alongLine(from: number, to: number, share: number): number {
  return (to - from) * share + from;
}
