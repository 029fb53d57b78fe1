import { add, div, mul, sqrt, square, sub } from "@tensorflow/tfjs-core";
import {
  bufferOf,
  ComposedOptimizer,
  type Constant,
  decayed,
  type Updated,
} from "./composed-optimizer.ts";
import type { UpdateEntry } from "./optimizer.ts";
import { checkFraction, checkNotNegative } from "./option-checks.ts";
import type { ParamSource } from "./param-groups.ts";
import type { StateLayout } from "./state-dict.ts";

/** What {@link Adadelta} takes besides the parameters; a group may have its own of each. */
export interface AdadeltaOptions {
  /** Scales each update. @defaultValue 1 */
  lr?: number;
  /** How much of the two means of squares is kept, from 0 to 1. @defaultValue 0.9 */
  rho?: number;
  /** Added under both roots. @defaultValue 1e-6 */
  eps?: number;
  /** L2 penalty, added to the gradient. @defaultValue 0 */
  weightDecay?: number;
  /** Climb instead of descend. @defaultValue false */
  maximize?: boolean;
}

type Options = Required<AdadeltaOptions>;
const SQUARE = "square_avg";
const DELTA = "acc_delta";

/**
 * Adadelta, as `torch.optim.Adadelta`: `v = ρ v + (1 − ρ) g²`, `d = √(u + eps) / √(v + eps) · g`,
 * `u = ρ u + (1 − ρ) d²`, `p −= lr · d`.
 *
 * @throws {ArgumentError} when an option is out of its range.
 *
 * @example
 * ```ts
 * const optimizer = new Adadelta(model.parameters());
 * ```
 */
export class Adadelta extends ComposedOptimizer<Options> {
  constructor(
    params: ParamSource<Options>,
    { lr = 1, rho = 0.9, eps = 1e-6, weightDecay = 0, maximize = false }: AdadeltaOptions = {},
  ) {
    super(params, { lr, rho, eps, weightDecay, maximize });
  }

  override get name(): string {
    return "Adadelta";
  }

  protected override checkOptions({ lr, rho, eps, weightDecay }: Options): void {
    checkNotNegative(this.name, "lr", lr);
    checkFraction(this.name, "rho", rho);
    checkNotNegative(this.name, "eps", eps);
    checkNotNegative(this.name, "weightDecay", weightDecay);
  }

  protected override stateLayout(): StateLayout {
    return { step: true, buffers: [SQUARE, DELTA] };
  }

  protected override updateOne(options: Options, entry: UpdateEntry, constant: Constant): Updated {
    const [p, g] = decayed(entry, options, constant);
    const [rho, rest] = [constant(options.rho), constant(1 - options.rho)];
    const eps = constant(options.eps);
    const meanSquare = add(mul(bufferOf(entry, SQUARE), rho), mul(square(g), rest));
    const known = bufferOf(entry, DELTA);
    const delta = mul(div(sqrt(add(known, eps)), sqrt(add(meanSquare, eps))), g);
    return {
      value: sub(p, mul(delta, constant(options.lr))),
      buffers: { [SQUARE]: meanSquare, [DELTA]: add(mul(known, rho), mul(square(delta), rest)) },
    };
  }
}
