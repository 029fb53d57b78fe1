// torch iterates in bfloat16, to be fast on a GPU; here it is float32, which is closer to the formula.
import { ArgumentError } from "@kindling/core";
import {
  add,
  div,
  matMul,
  maximum,
  mul,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  Variable,
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
import type { ParamGroupOptions, ParamSource } from "./param-groups.ts";
import type { StateLayout } from "./state-dict.ts";

/** What {@link Muon} takes besides the parameters; a group may have its own of each. */
export interface MuonOptions {
  /** Learning rate. @defaultValue 1e-3 */
  lr?: number;
  /** Decoupled: shrinks the weights by `lr · weightDecay`. @defaultValue 0.1 */
  weightDecay?: number;
  /** How much of the mean gradient is kept. @defaultValue 0.95 */
  momentum?: number;
  /** Look ahead along the momentum. @defaultValue true */
  nesterov?: boolean;
  /** Of the polynomial `a x + b x³ + c x⁵`, which drives each singular value towards 1. @defaultValue [3.4445, -4.775, 2.0315] */
  nsCoefficients?: readonly [number, number, number];
  /** The smallest norm that a direction is divided by. @defaultValue 1e-7 */
  eps?: number;
  /** Times that the polynomial is applied, from 0 to 99. @defaultValue 5 */
  nsSteps?: number;
  /** How the rate follows the shape `[a, b]`: `√max(1, a / b)`, or `0.2 √max(a, b)`, with which rates that suit AdamW fit. @defaultValue "original" */
  adjustLrFn?: "original" | "match_rms_adamw";
}

type Options = Required<MuonOptions>;
const MOMENTUM = "momentum_buffer";

/**
 * Momentum made orthogonal, for the matrices of hidden layers, as `torch.optim.Muon`:
 * `b += (g − b)(1 − momentum)`, `u = g + (b − g) · momentum` (nesterov) or `b`, `p −= lr · weightDecay · p`,
 * `p −= lr · adjust · NewtonSchulz(u)`.
 *
 * Everything else (biases, convolutions, embeddings, the last layer) belongs to another optimizer, such as AdamW.
 *
 * @throws {ArgumentError} when a parameter is not of rank 2 or an option is out of its range.
 *
 * @example
 * ```ts
 * const { weight } = model.hidden;
 * const matrices = new Muon([weight], { lr: 0.02 });
 * const rest = new AdamW(model.parameters().filter((parameter) => parameter !== weight));
 * ```
 */
export class Muon extends ComposedOptimizer<Options> {
  constructor(
    params: ParamSource<Options>,
    {
      lr = 1e-3,
      weightDecay = 0.1,
      momentum = 0.95,
      nesterov = true,
      nsCoefficients = [3.4445, -4.775, 2.0315],
      eps = 1e-7,
      nsSteps = 5,
      adjustLrFn = "original",
    }: MuonOptions = {},
  ) {
    super(params, {
      lr,
      weightDecay,
      momentum,
      nesterov,
      nsCoefficients,
      eps,
      nsSteps,
      adjustLrFn,
    });
  }

  override get name(): string {
    return "Muon";
  }

  override addParamGroup(group: ParamGroupOptions<Options>): void {
    const params = [...group.params];
    const other = params.find((param) => param instanceof Variable && param.rank !== 2);
    if (other !== undefined) {
      throw new ArgumentError(
        `Muon: expected parameters of rank 2, got ${other.name} of shape [${other.shape}]; give it to another optimizer, such as AdamW`,
      );
    }
    super.addParamGroup({ ...group, params });
  }

  protected override checkOptions(options: Options): void {
    const { lr, weightDecay, momentum, eps, nsSteps, nsCoefficients, adjustLrFn } = options;
    checkNotNegative(this.name, "lr", lr);
    checkNotNegative(this.name, "weightDecay", weightDecay);
    checkNotNegative(this.name, "momentum", momentum);
    checkNotNegative(this.name, "eps", eps);
    if (!(Number.isInteger(nsSteps) && nsSteps >= 0 && nsSteps < 100)) {
      throw new ArgumentError(
        `Muon: expected nsSteps to be a whole number below 100, got ${nsSteps}`,
      );
    }
    if (nsCoefficients.length !== 3) {
      throw new ArgumentError(`Muon: expected 3 nsCoefficients, got ${nsCoefficients.length}`);
    }
    if (adjustLrFn !== "original" && adjustLrFn !== "match_rms_adamw") {
      throw new ArgumentError(
        `Muon: expected adjustLrFn to be "original" or "match_rms_adamw", got ${String(adjustLrFn)}`,
      );
    }
  }

  protected override stateLayout(): StateLayout {
    return { step: false, buffers: [MOMENTUM] };
  }

  protected override updateOne(options: Options, entry: UpdateEntry, constant: Constant): Updated {
    const { lr, weightDecay, momentum, nesterov } = options;
    const decay = { lr, weightDecay, maximize: false, decoupledWeightDecay: true };
    const [p, g] = decayed(entry, decay, constant);
    const mean = lerp(bufferOf(entry, MOMENTUM), g, constant(1 - momentum));
    const update = nesterov ? lerp(g, mean, constant(momentum)) : mean;
    const orthogonal = newtonSchulz(update as Tensor2D, options, constant);
    const shape = torchAxes(entry.parameter).map((axis) => update.shape[axis] as number);
    const rate = lr * adjustment(options, shape);
    return { value: sub(p, mul(orthogonal, constant(rate))), buffers: { [MOMENTUM]: mean } };
  }
}

/**
 * Drives the singular values of `x` towards 1 and leaves its singular vectors alone.
 *
 * Multiplies on the shorter side, where the Gram matrix is smaller.
 */
function newtonSchulz(
  x: Tensor2D,
  { nsCoefficients: [a, b, c], nsSteps, eps }: Options,
  constant: Constant,
): Tensor {
  const [rows, columns] = x.shape;
  const tall = rows > columns;
  const norm = sqrt(sum(square(x)));
  let y: Tensor = div(x, maximum(norm, constant(eps)));
  for (let i = 0; i < nsSteps; i++) {
    const gram = matMul(y, y, tall, !tall);
    const polynomial = add(mul(gram, constant(b)), mul(matMul(gram, gram), constant(c)));
    const product = tall ? matMul(y, polynomial) : matMul(polynomial, y);
    y = add(mul(y, constant(a)), product);
  }
  return y;
}

function adjustment({ adjustLrFn }: Options, [rows = 1, columns = 1]: readonly number[]): number {
  return adjustLrFn === "original"
    ? Math.sqrt(Math.max(1, rows / columns))
    : 0.2 * Math.sqrt(Math.max(rows, columns));
}
