import { ArgumentError, hasKernel, SGD_STEP } from "@kindling/core";
import { add, mul, neg, type Scalar, scalar, sub, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { runFusedStep } from "./fused.ts";
import { Optimizer, type UpdateEntry } from "./optimizer.ts";
import { checkNotNegative } from "./option-checks.ts";
import type { ParamSource } from "./param-groups.ts";
import type { StateLayout } from "./state-dict.ts";

/** What {@link SGD} takes besides the parameters; a group may have its own of each. */
export interface SGDOptions {
  /** Learning rate. @defaultValue 1e-3 */
  lr?: number;
  /** How much of the last direction is kept, usually 0.9. @defaultValue 0 */
  momentum?: number;
  /** Takes this share off a gradient that enters the momentum, from the second step on. @defaultValue 0 */
  dampening?: number;
  /** L2 penalty, added to the gradient. @defaultValue 0 */
  weightDecay?: number;
  /** Look ahead along the momentum; needs momentum and no dampening. @defaultValue false */
  nesterov?: boolean;
  /** Climb instead of descend. @defaultValue false */
  maximize?: boolean;
}

const MOMENTUM = "momentum_buffer";

/**
 * Stochastic gradient descent, as `torch.optim.SGD`: `p −= lr · g`, with momentum
 * `b = momentum · b + (1 − dampening) · g`, `p −= lr · b`, where the first `b` is `g`.
 *
 * @throws {ArgumentError} when an option is out of its range, or `nesterov` comes without momentum.
 *
 * @example
 * ```ts
 * const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
 * const loss = optimizer.step(() => criterion.forward(model.forward(x), y));
 * ```
 */
export class SGD extends Optimizer<Required<SGDOptions>> {
  constructor(
    params: ParamSource<Required<SGDOptions>>,
    {
      lr = 1e-3,
      momentum = 0,
      dampening = 0,
      weightDecay = 0,
      nesterov = false,
      maximize = false,
    }: SGDOptions = {},
  ) {
    super(params, { lr, momentum, dampening, weightDecay, nesterov, maximize });
  }

  override get name(): string {
    return "SGD";
  }

  protected override checkOptions(options: Required<SGDOptions>): void {
    const { lr, momentum, dampening, weightDecay, nesterov } = options;
    checkNotNegative(this.name, "lr", lr);
    checkNotNegative(this.name, "momentum", momentum);
    checkNotNegative(this.name, "weightDecay", weightDecay);
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new ArgumentError(
        `${this.name}: expected nesterov with a momentum and no dampening, got momentum ${momentum}, dampening ${dampening}`,
      );
    }
  }

  protected override stateLayout({ momentum }: Required<SGDOptions>): StateLayout {
    return { step: false, buffers: momentum === 0 ? [] : [MOMENTUM] };
  }

  protected override updateGroup(
    options: Required<SGDOptions>,
    entries: readonly UpdateEntry[],
  ): void {
    const update = hasKernel(SGD_STEP) ? fused : composed;
    const [values = [], buffers = []] = update(options, entries);
    entries.forEach((entry, i) => {
      const buffer = buffers[i];
      this.commit(entry, values[i] as Tensor, buffer === undefined ? {} : { [MOMENTUM]: buffer });
    });
  }
}

function fused(options: Required<SGDOptions>, entries: readonly UpdateEntry[]): Tensor[][] {
  const { lr, momentum, dampening, weightDecay, nesterov, maximize } = options;
  return runFusedStep(
    SGD_STEP,
    entries.map(({ parameter }) => parameter),
    entries.map(({ gradient }) => gradient),
    momentum === 0 ? [] : [entries.map(momentumOf)],
    {
      count: entries.length,
      lr,
      momentum,
      weightDecay,
      nesterov,
      maximize,
      gradientScales: entries.map(({ fresh }) => (fresh ? 1 : 1 - dampening)),
    },
  );
}

function composed(options: Required<SGDOptions>, entries: readonly UpdateEntry[]): Tensor[][] {
  // Uploaded once for the group: a number as an operand is an upload for each parameter.
  const lr = scalar(options.lr);
  const momentum = scalar(options.momentum);
  const share = scalar(1 - options.dampening);
  const decay = scalar(options.weightDecay);
  const results = entries.map((entry) => tidy(() => one(entry)));
  return [results.map(([value]) => value as Tensor), results.flatMap(([, buffer]) => buffer ?? [])];

  function one(entry: UpdateEntry): Tensor[] {
    const { parameter, fresh } = entry;
    let gradient: Tensor = options.maximize ? neg(entry.gradient) : entry.gradient;
    if (options.weightDecay !== 0) gradient = add(gradient, mul(parameter, decay));
    if (options.momentum === 0) return [descend(parameter, gradient, lr)];
    const scaled = fresh || options.dampening === 0 ? gradient : mul(gradient, share);
    const buffer = add(mul(momentumOf(entry), momentum), scaled);
    const direction = options.nesterov ? add(gradient, mul(buffer, momentum)) : buffer;
    return [descend(parameter, direction, lr), buffer];
  }
}

function descend(parameter: Tensor, direction: Tensor, lr: Scalar): Tensor {
  return sub(parameter, mul(direction, lr));
}

function momentumOf({ state }: UpdateEntry): Tensor {
  return state.buffers.get(MOMENTUM) as Tensor;
}
