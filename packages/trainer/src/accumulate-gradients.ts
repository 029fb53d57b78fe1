import { FUSED, hasFusedKernel } from "@kindling/core";
import {
  add,
  engine,
  keep,
  mul,
  type Scalar,
  scalar,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { checkCount } from "./callbacks/option-checks.ts";
import { type HostTensors, toHost, uploaded } from "./callbacks/weights.ts";
import type { Stepper } from "./interfaces.ts";

/** An optimizer whose step has two halves. */
export interface TwoPhaseOptimizer {
  /** The loss, which the caller disposes, and a gradient a parameter, null where there is none. */
  readonly backward: (closure: () => Scalar) => {
    readonly loss: Scalar;
    readonly gradients: (Tensor | null)[];
  };
  /** Updates the parameters and disposes the gradients. */
  readonly update: (gradients: (Tensor | null)[]) => void;
}

/** What {@link accumulateGradients} takes besides the optimizer. */
export interface AccumulateGradientsOptions {
  /** Steps an update, from 1. */
  steps: number;
}

/** What has accumulated between two updates. */
export interface AccumulationState {
  /** Updates so far. */
  readonly updates: number;
  /** Steps since the last. */
  readonly count: number;
  /** The sums of their gradients, in the optimizer's order of parameters. */
  readonly sums: readonly (HostTensors[number] | null)[];
}

/** An optimizer that updates at every so many steps. */
export interface AccumulatingStepper extends Stepper {
  /** Updates so far. */
  readonly updates: number;
  /**
   * Updates with what has accumulated since the last update, when there is something. `fit` calls it after
   * an epoch's last step, and after that of a run that is stopped within an epoch.
   */
  readonly flush: () => void;
  /** Drops what has accumulated, and frees it. `fit` calls it when it fails. */
  readonly discard: () => void;
  readonly state: () => Promise<AccumulationState>;
  readonly restore: (state: AccumulationState) => void;
}

/**
 * Makes one update of several steps: the parameters get the mean of their gradients, as if the batches
 * had been one. They are then equal when the loss is a mean and the batches are of one size.
 *
 * What is left over at an epoch's end, or when the run is stopped, is an update too: the mean of fewer, as
 * in PyTorch Lightning. Needs memory for a second set of gradients. Schedules and averages of weights that count steps take
 * it as `updatesOf`.
 *
 * @throws {ArgumentError} when `steps` is not an integer from 1.
 *
 * @example
 * ```ts
 * const accumulated = accumulateGradients(optimizer, { steps: 3 });
 * const rates = schedule(new StepLR(optimizer, 10), { every: "step", updatesOf: accumulated });
 * const trainer = new Trainer({ model, loss, optimizer: accumulated, callbacks: [rates] });
 * await trainer.fit(loader, { epochs: 1 });
 * accumulated.updates; // => 2; of 4 batches: three, and the one that was left
 * ```
 */
export function accumulateGradients(
  optimizer: TwoPhaseOptimizer,
  { steps }: AccumulateGradientsOptions,
): AccumulatingStepper {
  checkCount("accumulateGradients", "steps", steps);
  let sums: (Tensor | null)[] = [];
  let count = 0;
  let updates = 0;

  /** Hands the sums over: nothing is accumulated after it. */
  const taken = (): (Tensor | null)[] => {
    const result = sums;
    sums = [];
    count = 0;
    return result;
  };

  const drop = (): void => {
    for (const sum of taken()) sum?.dispose();
  };

  const flush = (): void => {
    if (count === 0) return;
    const share = 1 / count;
    optimizer.update(taken().map((sum) => sum && scaled(sum, share)));
    updates++;
  };

  return {
    get updates() {
      return updates;
    },

    step(closure) {
      const { loss, gradients } = optimizer.backward(closure);
      try {
        sums = gradients.map((gradient, i) => total(sums[i] ?? null, gradient));
        count++;
        if (count === steps) flush();
        return loss;
      } catch (error) {
        loss.dispose();
        throw error;
      }
    },

    flush,

    async state() {
      const now = { updates, count };
      const present = sums.filter((sum) => sum !== null);
      const places = sums.map((sum) => (sum === null ? -1 : present.indexOf(sum)));
      const host = await toHost(present);
      return { ...now, sums: places.map((place) => host[place] ?? null) };
    },

    restore(state) {
      drop();
      sums = state.sums.map((sum) => sum && uploaded(sum.shape, sum.data));
      count = state.count;
      updates = state.updates;
    },

    discard: drop,
  };
}

/** Their sum, where there are both; disposes what it does not return. The result outlives a `tidy`. */
function total(sum: Tensor | null, gradient: Tensor | null): Tensor | null {
  if (sum === null || gradient === null) return keptOrNull(sum ?? gradient);
  const result = hasFusedKernel(FUSED.addTo)
    ? (engine().runKernel(FUSED.addTo, { total: sum, x: gradient }) as Tensor)
    : add(sum, gradient);
  sum.dispose();
  gradient.dispose();
  return keptOrNull(result);
}

function keptOrNull(tensor: Tensor | null): Tensor | null {
  return tensor && keep(tensor);
}

/** Disposes what it scales. */
function scaled(sum: Tensor, share: number): Tensor {
  if (share === 1) return sum;
  const result = tidy(() => mul(sum, scalar(share)));
  sum.dispose();
  return result;
}
