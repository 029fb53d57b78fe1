import { ArgumentError } from "@kindling/core";
import {
  div,
  maximum,
  mean,
  mul,
  rsqrt,
  sqrt,
  square,
  sub,
  type Tensor,
  type Variable,
} from "@tensorflow/tfjs-core";
import {
  bufferOf,
  ComposedOptimizer,
  type Constant,
  decayed,
  lerp,
  type Updated,
} from "./composed-optimizer.ts";
import { torchAxes } from "./host-tensor.ts";
import type { UpdateEntry } from "./optimizer.ts";
import { checkNotNegative } from "./option-checks.ts";
import type { ParamSource } from "./param-groups.ts";
import type { StateLayout } from "./state-dict.ts";

/** What {@link Adafactor} takes besides the parameters; a group may have its own of each. */
export interface AdafactorOptions {
  /** Upper limit of the relative learning rate, which is `1 / √t` where that is smaller. @defaultValue 1e-2 */
  lr?: number;
  /** Step t takes `t^beta2Decay` of the new square into the mean; 0 or less. @defaultValue -0.8 */
  beta2Decay?: number;
  /** The smallest root mean square of a gradient (null is 2⁻²³) and of a parameter. @defaultValue [null, 1e-3] */
  eps?: readonly [number | null, number];
  /** The largest root mean square of an update, 1 or more. @defaultValue 1 */
  d?: number;
  /** Decoupled: shrinks the weights by `lr · weightDecay`. @defaultValue 0 */
  weightDecay?: number;
  /** Climb instead of descend. @defaultValue false */
  maximize?: boolean;
}

type Options = Required<AdafactorOptions>;
const ROWS = "row_var";
const COLUMNS = "col_var";
const VARIANCE = "variance";
const FLOAT32_EPSILON = 2 ** -23;

/**
 * Adam's second moment in the memory of a row and a column, as `torch.optim.Adafactor`: with the means `r` and `c` of
 * the squared gradient over the last axis and the one before, `v = r c / mean(r)`, `u = g / √v`,
 * `p −= max(eps₂, rms(p)) · min(lr, 1 / √t) · u / max(1, rms(u) / d)`. A vector keeps all of `v`.
 *
 * @throws {ArgumentError} when an option is out of its range.
 *
 * @example
 * ```ts
 * const optimizer = new Adafactor(model.parameters(), { lr: 1e-2 });
 * ```
 */
export class Adafactor extends ComposedOptimizer<Options> {
  constructor(
    params: ParamSource<Options>,
    {
      lr = 1e-2,
      beta2Decay = -0.8,
      eps = [null, 1e-3],
      d = 1,
      weightDecay = 0,
      maximize = false,
    }: AdafactorOptions = {},
  ) {
    super(params, { lr, beta2Decay, eps, d, weightDecay, maximize });
  }

  override get name(): string {
    return "Adafactor";
  }

  protected override checkOptions({ lr, beta2Decay, eps, d, weightDecay }: Options): void {
    checkNotNegative(this.name, "lr", lr);
    checkNotNegative(this.name, "eps[0]", eps[0] ?? 0);
    checkNotNegative(this.name, "eps[1]", eps[1]);
    checkNotNegative(this.name, "weightDecay", weightDecay);
    if (!(beta2Decay <= 0)) {
      throw new ArgumentError(`Adafactor: expected beta2Decay to be 0 or less, got ${beta2Decay}`);
    }
    if (!(d >= 1)) throw new ArgumentError(`Adafactor: expected d to be 1 or more, got ${d}`);
  }

  protected override stateLayout(_: Options, parameter: Variable): StateLayout {
    if (parameter.rank < 2) return { step: true, buffers: [VARIANCE] };
    const [row, column] = lastAxes(parameter);
    const without = (axis: number) => parameter.shape.map((size, i) => (i === axis ? 1 : size));
    return {
      step: true,
      buffers: [ROWS, COLUMNS],
      shapes: { [ROWS]: without(column), [COLUMNS]: without(row) },
    };
  }

  protected override updateOne(options: Options, entry: UpdateEntry, constant: Constant): Updated {
    const { lr, beta2Decay, eps, d } = options;
    const { parameter, state } = entry;
    const decay = { ...options, decoupledWeightDecay: true };
    const [p, g] = decayed(entry, decay, constant);
    const share = constant(state.step ** beta2Decay);
    const smallest = eps[0] ?? FLOAT32_EPSILON;
    const [variance, buffers] =
      parameter.rank < 2
        ? ofVector(entry, g, share)
        : ofMatrix(entry, g, share, constant(smallest));
    const update = mul(g, rsqrt(maximum(variance, constant(smallest * smallest))));
    // Of the parameter before it decays, as in torch.
    const size = maximum(rms(parameter), constant(eps[1]));
    const clip = maximum(div(rms(update), constant(d)), constant(1));
    const rate = mul(div(size, clip), constant(Math.min(lr, 1 / Math.sqrt(state.step))));
    return { value: sub(p, mul(update, rate)), buffers };
  }
}

type Estimate = [variance: Tensor, buffers: Record<string, Tensor>];

function ofVector(entry: UpdateEntry, g: Tensor, share: ReturnType<Constant>): Estimate {
  const variance = lerp(bufferOf(entry, VARIANCE), square(g), share);
  return [variance, { [VARIANCE]: variance }];
}

function ofMatrix(
  entry: UpdateEntry,
  g: Tensor,
  share: ReturnType<Constant>,
  smallest: ReturnType<Constant>,
): Estimate {
  const [row, column] = lastAxes(entry.parameter);
  const squared = square(g);
  const rows = lerp(bufferOf(entry, ROWS), mean(squared, column, true), share);
  const columns = lerp(bufferOf(entry, COLUMNS), mean(squared, row, true), share);
  const variance = div(mul(rows, columns), maximum(mean(rows, row, true), smallest));
  return [variance, { [ROWS]: rows, [COLUMNS]: columns }];
}

function rms(x: Tensor): Tensor {
  return sqrt(mean(square(x)));
}

/** Where PyTorch's last two axes are stored. */
function lastAxes(parameter: Variable): [row: number, column: number] {
  const [row, column] = torchAxes(parameter).slice(-2);
  return [row as number, column as number];
}
