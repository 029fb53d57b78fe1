import { add, div, mul, sqrt, square, sub, type Tensor } from "@tensorflow/tfjs-core";
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

/** What {@link RAdam} takes besides the parameters; a group may have its own of each. */
export interface RAdamOptions {
  /** Learning rate. @defaultValue 1e-3 */
  lr?: number;
  /** Decay rates of the means of the gradient and of its square, each in [0, 1). @defaultValue [0.9, 0.999] */
  betas?: readonly [number, number];
  /** Added to the root of the second moment before its bias correction. @defaultValue 1e-8 */
  eps?: number;
  /** Penalty on large weights: L2, or decoupled from the gradient. @defaultValue 0 */
  weightDecay?: number;
  /** Shrink the weights themselves instead of adding to the gradient. @defaultValue false */
  decoupledWeightDecay?: boolean;
  /** Climb instead of descend. @defaultValue false */
  maximize?: boolean;
}

type Options = Required<RAdamOptions>;
const MEAN = "exp_avg";
const SQUARE = "exp_avg_sq";

/**
 * Adam that warms itself up, as `torch.optim.RAdam`: Adam's `m` and `v`; while too few gradients were
 * seen to judge their variance (ρ ≤ 5; with the default betas, five steps), `p −= lr · m / (1 − β1ᵗ)`, and then
 * `p −= lr · r · m / (1 − β1ᵗ) · √(1 − β2ᵗ) / (√v + eps)`.
 *
 * @throws {ArgumentError} when an option is out of its range.
 *
 * @example
 * ```ts
 * const optimizer = new RAdam(model.parameters(), { lr: 1e-3 });
 * ```
 */
export class RAdam extends ComposedOptimizer<Options> {
  constructor(
    params: ParamSource<Options>,
    {
      lr = 1e-3,
      betas = [0.9, 0.999],
      eps = 1e-8,
      weightDecay = 0,
      decoupledWeightDecay = false,
      maximize = false,
    }: RAdamOptions = {},
  ) {
    super(params, { lr, betas, eps, weightDecay, decoupledWeightDecay, maximize });
  }

  override get name(): string {
    return "RAdam";
  }

  protected override checkOptions({ lr, betas, eps, weightDecay }: Options): void {
    checkNotNegative(this.name, "lr", lr);
    checkBetas(this.name, betas);
    checkNotNegative(this.name, "eps", eps);
    checkNotNegative(this.name, "weightDecay", weightDecay);
  }

  protected override stateLayout(): StateLayout {
    return { step: true, buffers: [MEAN, SQUARE] };
  }

  protected override updateOne(options: Options, entry: UpdateEntry, constant: Constant): Updated {
    const { lr, betas, eps } = options;
    const { step } = entry.state;
    const [p, g] = decayed(entry, options, constant);
    const mean = lerp(bufferOf(entry, MEAN), g, constant(1 - betas[0]));
    const meanSquare = add(
      mul(bufferOf(entry, SQUARE), constant(betas[1])),
      mul(square(g), constant(1 - betas[1])),
    );
    const scale = adaptiveScale(betas[1], step);
    const rate = lr / (1 - betas[0] ** step);
    const direction: Tensor =
      scale === null ? mean : div(mean, add(sqrt(meanSquare), constant(eps)));
    return {
      value: sub(p, mul(direction, constant(rate * (scale ?? 1)))),
      buffers: { [MEAN]: mean, [SQUARE]: meanSquare },
    };
  }
}

/** Rectification times `√(1 − β2ᵗ)`; null while the variance cannot be judged. */
function adaptiveScale(beta2: number, t: number): number | null {
  const correction = 1 - beta2 ** t;
  const limit = 2 / (1 - beta2) - 1;
  const length = limit - (2 * t * beta2 ** t) / correction;
  if (!(length > 5)) return null;
  const rectification =
    ((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length);
  return Math.sqrt(rectification) * Math.sqrt(correction);
}
