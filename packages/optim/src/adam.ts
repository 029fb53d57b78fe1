import { ADAM_STEP, hasKernel } from "@kindling/core";
import {
  add,
  div,
  maximum,
  mul,
  neg,
  type Scalar,
  scalar,
  sqrt,
  square,
  sub,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { runFusedStep } from "./fused.ts";
import { Optimizer, type UpdateEntry } from "./optimizer.ts";
import { checkBetas, checkNotNegative } from "./option-checks.ts";
import type { ParamSource } from "./param-groups.ts";
import type { StateLayout } from "./state-dict.ts";

/** What {@link Adam} takes besides the parameters; a group may have its own of each. */
export interface AdamOptions {
  /** Learning rate. @defaultValue 1e-3 */
  lr?: number;
  /** Decay rates of the means of the gradient and of its square, each in [0, 1). @defaultValue [0.9, 0.999] */
  betas?: readonly [number, number];
  /** Added to the root of the second moment after its bias correction. @defaultValue 1e-8 */
  eps?: number;
  /** Penalty on large weights: L2, or decoupled from the gradient. @defaultValue 0 */
  weightDecay?: number;
  /** Divide by the largest second moment so far. @defaultValue false */
  amsgrad?: boolean;
  /** Climb instead of descend. @defaultValue false */
  maximize?: boolean;
  /** Shrink the weights themselves, as AdamW does, instead of adding to the gradient. @defaultValue false */
  decoupledWeightDecay?: boolean;
}

type Options = Required<AdamOptions>;
const BUFFERS: readonly string[] = ["exp_avg", "exp_avg_sq"];
const AMSGRAD_BUFFERS: readonly string[] = [...BUFFERS, "max_exp_avg_sq"];

/**
 * Adam, as `torch.optim.Adam`: `m += (g − m)(1 − β1)`, `v = β2 v + (1 − β2) g²`,
 * `p −= lr / (1 − β1ᵗ) · m / (√v / √(1 − β2ᵗ) + eps)`.
 *
 * @throws {ArgumentError} when an option is out of its range.
 *
 * @example
 * ```ts
 * const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
 * const loss = optimizer.step(() => criterion.forward(model.forward(x), y));
 * ```
 */
export class Adam extends Optimizer<Options> {
  constructor(
    params: ParamSource<Options>,
    {
      lr = 1e-3,
      betas = [0.9, 0.999],
      eps = 1e-8,
      weightDecay = 0,
      amsgrad = false,
      maximize = false,
      decoupledWeightDecay = false,
    }: AdamOptions = {},
  ) {
    super(params, { lr, betas, eps, weightDecay, amsgrad, maximize, decoupledWeightDecay });
  }

  override get name(): string {
    return "Adam";
  }

  protected override checkOptions({ lr, betas, eps, weightDecay }: Options): void {
    checkNotNegative(this.name, "lr", lr);
    checkBetas(this.name, betas);
    checkNotNegative(this.name, "eps", eps);
    checkNotNegative(this.name, "weightDecay", weightDecay);
  }

  protected override stateLayout({ amsgrad }: Options): StateLayout {
    return { step: true, buffers: amsgrad ? AMSGRAD_BUFFERS : BUFFERS };
  }

  protected override updateGroup(options: Options, entries: readonly UpdateEntry[]): void {
    const names = this.stateLayout(options).buffers;
    const update = hasKernel(ADAM_STEP) ? fused : composed;
    const [values = [], ...buffers] = update(options, entries, names);
    entries.forEach((entry, i) => {
      const own = names.map((name, at) => [name, buffers[at]?.[i] as Tensor] as const);
      this.commit(entry, values[i] as Tensor, Object.fromEntries(own));
    });
  }
}

function fused(
  options: Options,
  entries: readonly UpdateEntry[],
  names: readonly string[],
): Tensor[][] {
  const { betas, ...rest } = options;
  const corrections = entries.map(({ state }) => correctionsOf(options, state.step));
  return runFusedStep(
    ADAM_STEP,
    entries.map(({ parameter }) => parameter),
    entries.map(({ gradient }) => gradient),
    names.map((name) => entries.map(({ state }) => state.buffers.get(name) as Tensor)),
    {
      ...rest,
      count: entries.length,
      beta1: betas[0],
      beta2: betas[1],
      stepSizes: corrections.map(({ stepSize }) => stepSize),
      rootCorrections: corrections.map(({ rootCorrection }) => rootCorrection),
    },
  );
}

function composed(
  options: Options,
  entries: readonly UpdateEntry[],
  names: readonly string[],
): Tensor[][] {
  const { lr, betas, eps, weightDecay, decoupledWeightDecay } = options;
  // Uploaded once for the group: a number as an operand is an upload for each parameter.
  const constants = {
    oneMinusBeta1: scalar(1 - betas[0]),
    beta2: scalar(betas[1]),
    oneMinusBeta2: scalar(1 - betas[1]),
    eps: scalar(eps),
    decay: scalar(decoupledWeightDecay ? 1 - lr * weightDecay : weightDecay),
  };
  const bySteps = new Map<number, { stepSize: Scalar; rootCorrection: Scalar }>();
  for (const { state } of entries) {
    if (bySteps.has(state.step)) continue;
    const { stepSize, rootCorrection } = correctionsOf(options, state.step);
    bySteps.set(state.step, {
      stepSize: scalar(stepSize),
      rootCorrection: scalar(rootCorrection),
    });
  }
  const results = entries.map((entry) => tidy(() => one(entry)));
  return [0, ...names.map((_, i) => i + 1)].map((at) => results.map((r) => r[at] as Tensor));

  function one({ parameter, gradient: raw, state }: UpdateEntry): Tensor[] {
    const [m, v, largest] = names.map((name) => state.buffers.get(name) as Tensor);
    let p: Tensor = parameter;
    let g = options.maximize ? neg(raw) : raw;
    if (weightDecay !== 0 && decoupledWeightDecay) p = mul(p, constants.decay);
    if (weightDecay !== 0 && !decoupledWeightDecay) g = add(g, mul(p, constants.decay));
    const mean = add(m as Tensor, mul(sub(g, m as Tensor), constants.oneMinusBeta1));
    const meanSquare = add(
      mul(v as Tensor, constants.beta2),
      mul(square(g), constants.oneMinusBeta2),
    );
    const bound = largest === undefined ? meanSquare : maximum(largest, meanSquare);
    const { stepSize, rootCorrection } = bySteps.get(state.step) as {
      stepSize: Scalar;
      rootCorrection: Scalar;
    };
    const denominator = add(div(sqrt(bound), rootCorrection), constants.eps);
    const value = sub(p, mul(div(mean, denominator), stepSize));
    return largest === undefined ? [value, mean, meanSquare] : [value, mean, meanSquare, bound];
  }
}

/** The bias corrections of step t, in float64 as in PyTorch. */
function correctionsOf(
  { lr, betas }: Options,
  t: number,
): { stepSize: number; rootCorrection: number } {
  return {
    stepSize: lr / (1 - betas[0] ** t),
    rootCorrection: Math.sqrt(1 - betas[1] ** t),
  };
}
