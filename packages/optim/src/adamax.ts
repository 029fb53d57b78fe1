import { abs, add, div, maximum, mul, sub } from "@tensorflow/tfjs-core";
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

/** What {@link Adamax} takes besides the parameters; a group may have its own of each. */
export interface AdamaxOptions {
  /** Learning rate. @defaultValue 2e-3 */
  lr?: number;
  /** Decay rates of the mean of the gradient and of its largest size, each in [0, 1). @defaultValue [0.9, 0.999] */
  betas?: readonly [number, number];
  /** Added to each gradient's size. @defaultValue 1e-8 */
  eps?: number;
  /** L2 penalty, added to the gradient. @defaultValue 0 */
  weightDecay?: number;
  /** Climb instead of descend. @defaultValue false */
  maximize?: boolean;
}

type Options = Required<AdamaxOptions>;
const MEAN = "exp_avg";
const LARGEST = "exp_inf";

/**
 * Adam by the largest gradient, as `torch.optim.Adamax`: `m += (g − m)(1 − β1)`,
 * `u = max(β2 u, |g| + eps)`, `p −= lr / (1 − β1ᵗ) · m / u`.
 *
 * @throws {ArgumentError} when an option is out of its range.
 *
 * @example
 * ```ts
 * const optimizer = new Adamax(model.parameters(), { lr: 2e-3 });
 * ```
 */
export class Adamax extends ComposedOptimizer<Options> {
  constructor(
    params: ParamSource<Options>,
    {
      lr = 2e-3,
      betas = [0.9, 0.999],
      eps = 1e-8,
      weightDecay = 0,
      maximize = false,
    }: AdamaxOptions = {},
  ) {
    super(params, { lr, betas, eps, weightDecay, maximize });
  }

  override get name(): string {
    return "Adamax";
  }

  protected override checkOptions({ lr, betas, eps, weightDecay }: Options): void {
    checkNotNegative(this.name, "lr", lr);
    checkBetas(this.name, betas);
    checkNotNegative(this.name, "eps", eps);
    checkNotNegative(this.name, "weightDecay", weightDecay);
  }

  protected override stateLayout(): StateLayout {
    return { step: true, buffers: [MEAN, LARGEST] };
  }

  protected override updateOne(options: Options, entry: UpdateEntry, constant: Constant): Updated {
    const { lr, betas, eps } = options;
    const [p, g] = decayed(entry, options, constant);
    const mean = lerp(bufferOf(entry, MEAN), g, constant(1 - betas[0]));
    const largest = maximum(
      mul(bufferOf(entry, LARGEST), constant(betas[1])),
      add(abs(g), constant(eps)),
    );
    const rate = lr / (1 - betas[0] ** entry.state.step);
    return {
      value: sub(p, mul(div(mean, largest), constant(rate))),
      buffers: { [MEAN]: mean, [LARGEST]: largest },
    };
  }
}
