import { add, mul, sign, sub } from "@tensorflow/tfjs-core";
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

/** What {@link Lion} takes besides the parameters; a group may have its own of each. */
export interface LionOptions {
  /** Learning rate: the size of each value's step; a third to a tenth of Adam's. @defaultValue 1e-4 */
  lr?: number;
  /** How much of the mean gradient is in the direction, and how much of it is kept; each in [0, 1). @defaultValue [0.9, 0.99] */
  betas?: readonly [number, number];
  /** Decoupled: shrinks the weights by `lr · weightDecay`. @defaultValue 0 */
  weightDecay?: number;
  /** Climb instead of descend. @defaultValue false */
  maximize?: boolean;
}

type Options = Required<LionOptions>;
const MEAN = "exp_avg";

/**
 * Lion, of "Symbolic Discovery of Optimization Algorithms" (arXiv 2302.06675); PyTorch has none:
 * `p −= lr · weightDecay · p`, `p −= lr · sign(β1 m + (1 − β1) g)`, `m = β2 m + (1 − β2) g`.
 *
 * @throws {ArgumentError} when an option is out of its range.
 *
 * @example
 * ```ts
 * const optimizer = new Lion(model.parameters(), { lr: 1e-4, weightDecay: 0.1 });
 * ```
 */
export class Lion extends ComposedOptimizer<Options> {
  constructor(
    params: ParamSource<Options>,
    { lr = 1e-4, betas = [0.9, 0.99], weightDecay = 0, maximize = false }: LionOptions = {},
  ) {
    super(params, { lr, betas, weightDecay, maximize });
  }

  override get name(): string {
    return "Lion";
  }

  protected override checkOptions({ lr, betas, weightDecay }: Options): void {
    checkNotNegative(this.name, "lr", lr);
    checkBetas(this.name, betas);
    checkNotNegative(this.name, "weightDecay", weightDecay);
  }

  protected override stateLayout(): StateLayout {
    return { step: false, buffers: [MEAN] };
  }

  protected override updateOne(options: Options, entry: UpdateEntry, constant: Constant): Updated {
    const { lr, betas } = options;
    const [p, g] = decayed(entry, { ...options, decoupledWeightDecay: true }, constant);
    const mean = bufferOf(entry, MEAN);
    const direction = sign(add(mul(mean, constant(betas[0])), mul(g, constant(1 - betas[0]))));
    return {
      value: sub(p, mul(direction, constant(lr))),
      buffers: { [MEAN]: lerp(mean, g, constant(1 - betas[1])) },
    };
  }
}
