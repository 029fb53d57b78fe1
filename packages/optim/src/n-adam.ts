import { add, div, mul, sqrt, square, sub } from "@tensorflow/tfjs-core";
import {
  bufferOf,
  ComposedOptimizer,
  type Constant,
  decayed,
  lerp,
  type Updated,
} from "./composed-optimizer.ts";
import type { UpdateEntry } from "./optimizer.ts";
import { checkBetas, checkNotNegative } from "./option-checks.ts";
import type { ParamSource } from "./param-groups.ts";
import type { StateLayout } from "./state-dict.ts";

/** What {@link NAdam} takes besides the parameters; a group may have its own of each. */
export interface NAdamOptions {
  /** Learning rate. @defaultValue 2e-3 */
  lr?: number;
  /** Decay rates of the means of the gradient and of its square, each in [0, 1). @defaultValue [0.9, 0.999] */
  betas?: readonly [number, number];
  /** Added to the root of the second moment after its bias correction. @defaultValue 1e-8 */
  eps?: number;
  /** Penalty on large weights: L2, or decoupled from the gradient. @defaultValue 0 */
  weightDecay?: number;
  /** How fast the momentum grows from β1 / 2 to β1. @defaultValue 4e-3 */
  momentumDecay?: number;
  /** Shrink the weights themselves instead of adding to the gradient. @defaultValue false */
  decoupledWeightDecay?: boolean;
  /** Climb instead of descend. @defaultValue false */
  maximize?: boolean;
}

type Options = Required<NAdamOptions>;
const MEAN = "exp_avg";
const SQUARE = "exp_avg_sq";
const PRODUCT = "mu_product";

/**
 * Adam with Nesterov's look ahead, as `torch.optim.NAdam`: Adam's `m` and `v`, and with
 * `μₜ = β1 (1 − 0.96^(t · momentumDecay) / 2)`, `v̂ = v / (1 − β2ᵗ)`,
 * `p −= lr · ((1 − μₜ) / (1 − Πμ₁…μₜ) · g + μₜ₊₁ / (1 − Πμ₁…μₜ₊₁) · m) / (√v̂ + eps)`.
 *
 * @throws {ArgumentError} when an option is out of its range.
 *
 * @example
 * ```ts
 * const optimizer = new NAdam(model.parameters(), { lr: 2e-3 });
 * ```
 */
export class NAdam extends ComposedOptimizer<Options> {
  constructor(
    params: ParamSource<Options>,
    {
      lr = 2e-3,
      betas = [0.9, 0.999],
      eps = 1e-8,
      weightDecay = 0,
      momentumDecay = 4e-3,
      decoupledWeightDecay = false,
      maximize = false,
    }: NAdamOptions = {},
  ) {
    super(params, { lr, betas, eps, weightDecay, momentumDecay, decoupledWeightDecay, maximize });
  }

  override get name(): string {
    return "NAdam";
  }

  protected override checkOptions({ lr, betas, eps, weightDecay, momentumDecay }: Options): void {
    checkNotNegative(this.name, "lr", lr);
    checkBetas(this.name, betas);
    checkNotNegative(this.name, "eps", eps);
    checkNotNegative(this.name, "weightDecay", weightDecay);
    checkNotNegative(this.name, "momentumDecay", momentumDecay);
  }

  protected override stateLayout(): StateLayout {
    return { step: true, buffers: [MEAN, SQUARE], numbers: { [PRODUCT]: 1 } };
  }

  protected override updateOne(options: Options, entry: UpdateEntry, constant: Constant): Updated {
    const { lr, betas, eps, momentumDecay } = options;
    const { step, numbers } = entry.state;
    const [p, g] = decayed(entry, options, constant);
    const mean = lerp(bufferOf(entry, MEAN), g, constant(1 - betas[0]));
    const meanSquare = add(
      mul(bufferOf(entry, SQUARE), constant(betas[1])),
      mul(square(g), constant(1 - betas[1])),
    );
    const momentumOf = (t: number): number => betas[0] * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const [now, next] = [momentumOf(step), momentumOf(step + 1)];
    // torch keeps the product as a float32 tensor.
    const product = Math.fround((numbers.get(PRODUCT) as number) * Math.fround(now));
    numbers.set(PRODUCT, product);
    const root = sqrt(div(meanSquare, constant(1 - betas[1] ** step)));
    const denominator = add(root, constant(eps));
    const ofGradient = mul(div(g, denominator), constant((lr * (1 - now)) / (1 - product)));
    const ofMean = mul(div(mean, denominator), constant((lr * next) / (1 - product * next)));
    return {
      value: sub(sub(p, ofGradient), ofMean),
      buffers: { [MEAN]: mean, [SQUARE]: meanSquare },
    };
  }
}
