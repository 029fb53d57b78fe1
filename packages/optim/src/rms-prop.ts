import { add, div, mul, relu, sqrt, square, sub, type Tensor } from "@tensorflow/tfjs-core";
import {
  bufferOf,
  ComposedOptimizer,
  type Constant,
  decayed,
  lerp,
  type Updated,
} from "./composed-optimizer.ts";
import type { UpdateEntry } from "./optimizer.ts";
import { checkNotNegative } from "./option-checks.ts";
import type { ParamSource } from "./param-groups.ts";
import type { StateLayout } from "./state-dict.ts";

/** What {@link RMSprop} takes besides the parameters; a group may have its own of each. */
export interface RMSpropOptions {
  /** Learning rate. @defaultValue 1e-2 */
  lr?: number;
  /** How much of the mean square is kept. @defaultValue 0.99 */
  alpha?: number;
  /** Added to the root, outside of it. @defaultValue 1e-8 */
  eps?: number;
  /** L2 penalty, added to the gradient. @defaultValue 0 */
  weightDecay?: number;
  /** How much of the last direction is kept. @defaultValue 0 */
  momentum?: number;
  /** Divide by the gradient's standard deviation instead of its root mean square. @defaultValue false */
  centered?: boolean;
  /** Climb instead of descend. @defaultValue false */
  maximize?: boolean;
}

type Options = Required<RMSpropOptions>;
const SQUARE = "square_avg";
const MEAN = "grad_avg";
const MOMENTUM = "momentum_buffer";

/**
 * RMSprop, as `torch.optim.RMSprop`: `v = α v + (1 − α) g²`, `p −= lr · g / (√v + eps)`; centered,
 * `v` less the square of the mean gradient; with momentum, `b = momentum · b + g / (√v + eps)`, `p −= lr · b`.
 *
 * @throws {ArgumentError} when an option is out of its range.
 *
 * @example
 * ```ts
 * const optimizer = new RMSprop(model.parameters(), { lr: 1e-3, momentum: 0.9 });
 * ```
 */
export class RMSprop extends ComposedOptimizer<Options> {
  constructor(
    params: ParamSource<Options>,
    {
      lr = 1e-2,
      alpha = 0.99,
      eps = 1e-8,
      weightDecay = 0,
      momentum = 0,
      centered = false,
      maximize = false,
    }: RMSpropOptions = {},
  ) {
    super(params, { lr, alpha, eps, weightDecay, momentum, centered, maximize });
  }

  override get name(): string {
    return "RMSprop";
  }

  protected override checkOptions({ lr, alpha, eps, weightDecay, momentum }: Options): void {
    checkNotNegative(this.name, "lr", lr);
    checkNotNegative(this.name, "alpha", alpha);
    checkNotNegative(this.name, "eps", eps);
    checkNotNegative(this.name, "weightDecay", weightDecay);
    checkNotNegative(this.name, "momentum", momentum);
  }

  protected override stateLayout({ momentum, centered }: Options): StateLayout {
    const buffers = [SQUARE];
    if (momentum > 0) buffers.push(MOMENTUM);
    if (centered) buffers.push(MEAN);
    return { step: true, buffers };
  }

  protected override updateOne(options: Options, entry: UpdateEntry, constant: Constant): Updated {
    const { lr, alpha, eps, momentum, centered } = options;
    const [p, g] = decayed(entry, options, constant);
    const meanSquare = add(
      mul(bufferOf(entry, SQUARE), constant(alpha)),
      mul(square(g), constant(1 - alpha)),
    );
    const buffers: Record<string, Tensor> = { [SQUARE]: meanSquare };
    let variance: Tensor = meanSquare;
    if (centered) {
      const mean = lerp(bufferOf(entry, MEAN), g, constant(1 - alpha));
      buffers[MEAN] = mean;
      // A steady gradient's variance can round to a hair below 0, where torch's root is NaN.
      variance = relu(sub(meanSquare, square(mean)));
    }
    let direction: Tensor = div(g, add(sqrt(variance), constant(eps)));
    if (momentum > 0) {
      direction = add(mul(bufferOf(entry, MOMENTUM), constant(momentum)), direction);
      buffers[MOMENTUM] = direction;
    }
    return { value: sub(p, mul(direction, constant(lr))), buffers };
  }
}
