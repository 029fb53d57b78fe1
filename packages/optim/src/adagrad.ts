import { add, div, mul, sqrt, square, sub } from "@tensorflow/tfjs-core";
import {
  bufferOf,
  ComposedOptimizer,
  type Constant,
  decayed,
  type Updated,
} from "./composed-optimizer.ts";
import type { UpdateEntry } from "./optimizer.ts";
import { checkNotNegative } from "./option-checks.ts";
import type { ParamSource } from "./param-groups.ts";
import type { StateLayout } from "./state-dict.ts";

/** What {@link Adagrad} takes besides the parameters; a group may have its own of each. */
export interface AdagradOptions {
  /** Learning rate. @defaultValue 1e-2 */
  lr?: number;
  /** The learning rate of step t is `lr / (1 + (t − 1) · lrDecay)`. @defaultValue 0 */
  lrDecay?: number;
  /** L2 penalty, added to the gradient. @defaultValue 0 */
  weightDecay?: number;
  /** Where the sum of squares starts. @defaultValue 0 */
  initialAccumulatorValue?: number;
  /** Added to the root, outside of it. @defaultValue 1e-10 */
  eps?: number;
  /** Climb instead of descend. @defaultValue false */
  maximize?: boolean;
}

type Options = Required<AdagradOptions>;
const SUM = "sum";

/**
 * Adagrad, as `torch.optim.Adagrad`: `s += g²`, `p −= lr / (1 + (t − 1) · lrDecay) · g / (√s + eps)`.
 *
 * @throws {ArgumentError} when an option is out of its range.
 *
 * @example
 * ```ts
 * const optimizer = new Adagrad(model.parameters(), { lr: 0.05 });
 * ```
 */
export class Adagrad extends ComposedOptimizer<Options> {
  constructor(
    params: ParamSource<Options>,
    {
      lr = 1e-2,
      lrDecay = 0,
      weightDecay = 0,
      initialAccumulatorValue = 0,
      eps = 1e-10,
      maximize = false,
    }: AdagradOptions = {},
  ) {
    super(params, { lr, lrDecay, weightDecay, initialAccumulatorValue, eps, maximize });
  }

  override get name(): string {
    return "Adagrad";
  }

  protected override checkOptions(options: Options): void {
    checkNotNegative(this.name, "lr", options.lr);
    checkNotNegative(this.name, "lrDecay", options.lrDecay);
    checkNotNegative(this.name, "weightDecay", options.weightDecay);
    checkNotNegative(this.name, "initialAccumulatorValue", options.initialAccumulatorValue);
    checkNotNegative(this.name, "eps", options.eps);
  }

  protected override stateLayout({ initialAccumulatorValue }: Options): StateLayout {
    return { step: true, buffers: [SUM], start: { [SUM]: initialAccumulatorValue } };
  }

  protected override updateOne(options: Options, entry: UpdateEntry, constant: Constant): Updated {
    const { lr, lrDecay, eps } = options;
    const [p, g] = decayed(entry, options, constant);
    const sum = add(bufferOf(entry, SUM), square(g));
    const rate = lr / (1 + (entry.state.step - 1) * lrDecay);
    const direction = div(g, add(sqrt(sum), constant(eps)));
    return { value: sub(p, mul(direction, constant(rate))), buffers: { [SUM]: sum } };
  }
}
