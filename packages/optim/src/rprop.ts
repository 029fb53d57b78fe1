import { ArgumentError } from "@kindling/core";
import {
  clipByValue,
  greater,
  less,
  mul,
  sign,
  sub,
  where,
  zerosLike,
} from "@tensorflow/tfjs-core";
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

/** What {@link Rprop} takes besides the parameters; a group may have its own of each. */
export interface RpropOptions {
  /** Where each value's step size starts; it is not read again after a parameter's first step. @defaultValue 1e-2 */
  lr?: number;
  /** What shrinks a step size when its gradient has turned, and what grows it when not. @defaultValue [0.5, 1.2] */
  etas?: readonly [number, number];
  /** The smallest and the largest step size. @defaultValue [1e-6, 50] */
  stepSizes?: readonly [number, number];
  /** Climb instead of descend. @defaultValue false */
  maximize?: boolean;
}

type Options = Required<RpropOptions>;
const PREVIOUS = "prev";
const STEP_SIZE = "step_size";

/**
 * Resilient propagation, as `torch.optim.Rprop`: `p −= sign(g) · s`, where each value has its own `s`,
 * grown while its gradient keeps its sign; where it turns, `s` shrinks and that step is left out.
 *
 * For gradients of all data: the noise of small batches turns signs by chance.
 *
 * @throws {ArgumentError} when an option is out of its range.
 *
 * @example
 * ```ts
 * const optimizer = new Rprop(model.parameters(), { lr: 1e-2 });
 * ```
 */
export class Rprop extends ComposedOptimizer<Options> {
  constructor(
    params: ParamSource<Options>,
    { lr = 1e-2, etas = [0.5, 1.2], stepSizes = [1e-6, 50], maximize = false }: RpropOptions = {},
  ) {
    super(params, { lr, etas, stepSizes, maximize });
  }

  override get name(): string {
    return "Rprop";
  }

  protected override checkOptions({ lr, etas, stepSizes }: Options): void {
    checkNotNegative(this.name, "lr", lr);
    if (!(etas[0] > 0 && etas[0] < 1 && etas[1] > 1)) {
      throw new ArgumentError(`Rprop: expected etas below and above 1, got [${etas}]`);
    }
    if (!(stepSizes[0] >= 0 && stepSizes[0] <= stepSizes[1])) {
      throw new ArgumentError(`Rprop: expected stepSizes to be a range, got [${stepSizes}]`);
    }
  }

  protected override stateLayout({ lr }: Options): StateLayout {
    return { step: true, buffers: [PREVIOUS, STEP_SIZE], start: { [STEP_SIZE]: lr } };
  }

  protected override updateOne(options: Options, entry: UpdateEntry, constant: Constant): Updated {
    const { etas, stepSizes } = options;
    const [p, g] = decayed(entry, { ...options, weightDecay: 0 }, constant);
    const agreement = sign(mul(g, bufferOf(entry, PREVIOUS)));
    const turned = less(agreement, constant(0));
    const factor = where(
      turned,
      constant(etas[0]),
      where(greater(agreement, constant(0)), constant(etas[1]), constant(1)),
    );
    const stepSize = clipByValue(mul(bufferOf(entry, STEP_SIZE), factor), ...stepSizes);
    const kept = where(turned, zerosLike(g), g);
    return {
      value: sub(p, mul(sign(kept), stepSize)),
      buffers: { [PREVIOUS]: kept, [STEP_SIZE]: stepSize },
    };
  }
}
