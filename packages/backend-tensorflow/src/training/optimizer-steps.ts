// The optimizers' fused steps: for each parameter TensorFlow's op for it, which updates variables in place. The
// contract (order of inputs and outputs, attributes, when in place is allowed) is in packages/core/src/fused-steps.ts.
import {
  ADAM_STEP,
  type AdamStepAttributes,
  SGD_STEP,
  type SgdStepAttributes,
} from "@kindling/core";
import { expectStep } from "@kindling/core/kernels";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { defineKernel, sizeOf } from "./kernel.ts";
import { bool, compute, idOf, NONE, type NodeBackend, type Ops, scalar } from "./native.ts";
import { type Target, target } from "./variables.ts";

interface Call<A> {
  readonly ops: Ops;
  readonly attributes: A;
  /** Which parameter of the group. */
  readonly index: number;
  readonly parameter: Target;
  /** The gradient, with the penalty on large weights. */
  readonly gradient: number;
  readonly buffers: readonly Target[];
  /** The number of a float32 scalar that is kept for the next step. */
  readonly k: (value: number) => number;
  /** The same for one that is new at each step. */
  readonly fresh: (value: number) => number;
}

const NESTEROV = [bool("use_nesterov", true)];

export const optimizerSteps: readonly KernelConfig[] = [
  defineKernel<readonly TensorInfo[], AdamStepAttributes>(
    ADAM_STEP,
    ({ inputs, attrs, backend }) => {
      const { count, amsgrad, stepSizes, rootCorrections } = attrs;
      expectStep(ADAM_STEP, inputs, count, amsgrad ? 5 : 4, [stepSizes, rootCorrections]);
      const penalty = attrs.decoupledWeightDecay ? 0 : attrs.weightDecay;
      return update(backend, inputs, attrs, penalty, adam);
    },
  ),
  defineKernel<readonly TensorInfo[], SgdStepAttributes>(SGD_STEP, ({ inputs, attrs, backend }) => {
    const { count, momentum, gradientScales, weightDecay } = attrs;
    expectStep(SGD_STEP, inputs, count, momentum === 0 ? 2 : 3, [gradientScales]);
    return update(backend, inputs, attrs, weightDecay, sgd);
  }),
];

function update<A extends { readonly count: number; readonly maximize: boolean }>(
  backend: NodeBackend,
  inputs: readonly TensorInfo[],
  attributes: A,
  penalty: number,
  step: (call: Call<A>) => void,
): TensorInfo[] {
  const { count, maximize } = attributes;
  const outputs: TensorInfo[] = [];
  compute(backend, (ops) => {
    const uploaded = new Map<number, number>();
    const fresh = (value: number) => {
      const id = uploaded.get(value) ?? ops.upload(Float32Array.of(value), []);
      uploaded.set(value, id);
      return id;
    };
    for (let index = 0; index < count; index++) {
      const own = inputs.filter((_, i) => i % count === index);
      const [weights, slope, ...states] = own as [TensorInfo, TensorInfo, ...TensorInfo[]];
      const parameter = target(backend, weights);
      const buffers = states.map((state) => target(backend, state));
      if (sizeOf(weights) > 0) {
        const k = (value: number) => scalar(backend, value);
        const uphill = idOf(backend, slope);
        const down = maximize ? ops.map("Neg", uphill) : uphill;
        const decay = () => ops.map("Mul", parameter.old(), k(penalty));
        const gradient = penalty === 0 ? down : ops.map("AddV2", down, decay());
        step({ ops, attributes, index, parameter, gradient, buffers, k, fresh });
      }
      [parameter, ...buffers].forEach((one, kind) => {
        one.end();
        outputs[kind * count + index] = one.output;
      });
    }
  });
  return outputs;
}

/**
 * PyTorch's numbers in TensorFlow's formula, `m += (g − m)(1 − β1)`, `v += (g² − v)(1 − β2)`,
 * `p −= lr · m / (√v + ε)`.
 *
 * TensorFlow has β2 in float32 and subtracts it from 1 there, which for 0.999 is 1.3 · 10⁻⁵ off; PyTorch does not.
 * So TensorFlow's v is PyTorch's times `factor`, and both lr and ε get the root of that: the weights go PyTorch's
 * way. What is read and saved is TensorFlow's v as it is, since any conversion would lose bits, and with them a
 * resumed run that equals the uninterrupted one.
 */
function adamNumbers(
  { beta1, beta2, eps, stepSizes, rootCorrections }: AdamStepAttributes,
  index: number,
) {
  const decay = Math.min(Math.fround(beta2), BELOW_1);
  const factor = (1 - decay) / Math.fround(1 - beta2);
  const correction = (rootCorrections[index] as number) * Math.sqrt(factor);
  return {
    decays: [1 - Math.fround(1 - beta1), decay] as const,
    lr: (stepSizes[index] as number) * correction,
    epsilon: eps * correction,
  };
}

/** The float32 before 1. */
const BELOW_1 = 1 - 2 ** -24;

function adam({
  ops,
  attributes,
  index,
  parameter,
  gradient,
  buffers,
  k,
  fresh,
}: Call<AdamStepAttributes>) {
  const { lr, weightDecay, decoupledWeightDecay, amsgrad } = attributes;
  const numbers = adamNumbers(attributes, index);
  if (decoupledWeightDecay && weightDecay !== 0) {
    const shrink = [parameter.resource, k(lr * weightDecay), parameter.old()];
    ops.runAll("ResourceApplyGradientDescent", NONE, shrink, 0);
  }
  const all = [parameter, ...buffers];
  for (const one of all) one.freed();
  // The powers of the decays are 0: the corrections are in lr and ε.
  const inputs = [
    ...all.map(({ resource }) => resource),
    ...[k(0), k(0), fresh(numbers.lr), ...numbers.decays.map(k), fresh(numbers.epsilon)],
    gradient,
  ];
  if (amsgrad) ops.runAll("ResourceApplyAdamWithAmsgrad", NONE, inputs, 0);
  else ops.runAll("ResourceApplyAdam", NONE, inputs, 0);
}

function sgd({ ops, attributes, index, parameter, gradient, buffers, k }: Call<SgdStepAttributes>) {
  const { lr, momentum, nesterov, gradientScales } = attributes;
  const [buffer] = buffers;
  const { resource } = parameter;
  for (const one of [parameter, ...buffers]) one.freed();
  if (buffer === undefined) {
    ops.runAll("ResourceApplyGradientDescent", NONE, [resource, k(lr), gradient], 0);
    return;
  }
  const scale = gradientScales[index] as number;
  const scaled = scale === 1 ? gradient : ops.map("Mul", gradient, k(scale));
  const descend = (attributes: typeof NONE, rate: number) => {
    const inputs = [resource, buffer.resource, k(rate), scaled, k(momentum)];
    ops.runAll("ResourceApplyMomentum", attributes, inputs, 0);
  };
  if (!nesterov || scale === 1) return descend(nesterov ? NESTEROV : NONE, lr);
  // The buffer takes the scaled gradient, the step the whole one.
  descend(NONE, lr * momentum);
  ops.runAll("ResourceApplyGradientDescent", NONE, [resource, k(lr), gradient], 0);
}
