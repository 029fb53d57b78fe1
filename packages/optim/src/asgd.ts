import { clone, mul, sub } from "@tensorflow/tfjs-core";
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

/** What {@link ASGD} takes besides the parameters; a group may have its own of each. */
export interface ASGDOptions {
  /** Learning rate; a change of it takes effect one step later, as in PyTorch. @defaultValue 1e-2 */
  lr?: number;
  /** Shrinks the weights, and the learning rate over time. @defaultValue 1e-4 */
  lambd?: number;
  /** The power with which the learning rate falls. @defaultValue 0.75 */
  alpha?: number;
  /** The average is taken over the steps after `t0 + 1`; until then it is the weights themselves. @defaultValue 1e6 */
  t0?: number;
  /** L2 penalty, added to the gradient. @defaultValue 0 */
  weightDecay?: number;
  /** Climb instead of descend. @defaultValue false */
  maximize?: boolean;
}

type Options = Required<ASGDOptions>;
const AVERAGE = "ax";
const ETA = "eta";
const MU = "mu";

/**
 * Averaged stochastic gradient descent, as `torch.optim.ASGD`: `p = p (1 − lambd · η) − η g`,
 * `η = lr / (1 + lambd · lr · t)^alpha`. The average of `p` is the state's `ax`.
 *
 * @throws {ArgumentError} when an option is out of its range.
 *
 * @example
 * ```ts
 * const optimizer = new ASGD(model.parameters(), { lr: 0.05, t0: 1000 });
 * ```
 */
export class ASGD extends ComposedOptimizer<Options> {
  constructor(
    params: ParamSource<Options>,
    {
      lr = 1e-2,
      lambd = 1e-4,
      alpha = 0.75,
      t0 = 1e6,
      weightDecay = 0,
      maximize = false,
    }: ASGDOptions = {},
  ) {
    super(params, { lr, lambd, alpha, t0, weightDecay, maximize });
  }

  override get name(): string {
    return "ASGD";
  }

  protected override checkOptions({ lr, lambd, alpha, t0, weightDecay }: Options): void {
    checkNotNegative(this.name, "lr", lr);
    checkNotNegative(this.name, "lambd", lambd);
    checkNotNegative(this.name, "alpha", alpha);
    checkNotNegative(this.name, "t0", t0);
    checkNotNegative(this.name, "weightDecay", weightDecay);
  }

  protected override stateLayout({ lr }: Options): StateLayout {
    return { step: true, buffers: [AVERAGE], numbers: { [ETA]: Math.fround(lr), [MU]: 1 } };
  }

  protected override updateOne(options: Options, entry: UpdateEntry, constant: Constant): Updated {
    const { lr, lambd, alpha, t0 } = options;
    const { step, numbers } = entry.state;
    const [p, g] = decayed(entry, options, constant);
    const [eta, mu] = [numbers.get(ETA) as number, numbers.get(MU) as number];
    const value = sub(mul(p, constant(1 - lambd * eta)), mul(g, constant(eta)));
    const average = mu === 1 ? clone(value) : lerp(bufferOf(entry, AVERAGE), value, constant(mu));
    // For the next step; torch keeps them as float32 tensors.
    numbers.set(ETA, Math.fround(lr / (1 + lambd * lr * step) ** alpha));
    numbers.set(MU, Math.fround(1 / Math.max(1, step - t0)));
    return { value, buffers: { [AVERAGE]: average } };
  }
}
