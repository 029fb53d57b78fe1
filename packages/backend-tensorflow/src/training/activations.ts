import { FUSED } from "@kindling/core";
import { expectNumber, expectShape } from "@kindling/core/kernels";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { defineFloatKernel } from "./kernel.ts";
import { compute, float, idOf, type NodeBackend, type Ops, scalar } from "./native.ts";

interface Attributes {
  readonly alpha?: number;
  readonly approximate?: boolean;
}

/** A formula of `v`, the input or what was saved, and of `g`, the output's gradient; `k` is a number. */
type Formula = (
  ops: Ops,
  at: { readonly v: number; readonly g: number; readonly k: (value: number) => number },
  attributes: Attributes,
) => number;

const GRADIENTS: readonly (readonly [name: string, saved: "x" | "y", formula: Formula])[] = [
  [FUSED.reluGrad, "y", ({ map }, { g, v }) => map("ReluGrad", g, v)],
  [FUSED.relu6Grad, "y", ({ map }, { g, v }) => map("Relu6Grad", g, v)],
  [
    FUSED.leakyReluGrad,
    "x",
    ({ run }, { g, v }, { alpha }) => run("LeakyReluGrad", [float("alpha", alpha as number)], g, v),
  ],
  [FUSED.sigmoidGrad, "y", ({ map }, { g, v }) => map("SigmoidGrad", v, g)],
  [FUSED.tanhGrad, "y", ({ map }, { g, v }) => map("TanhGrad", v, g)],
  [
    FUSED.siluGrad,
    "x",
    ({ map }, { g, v, k }) => {
      const s = map("Sigmoid", v);
      const rest = map("AddV2", map("Mul", v, map("Sub", k(1), s)), k(1)); // 1 + x (1 − s)
      return map("Mul", g, map("Mul", s, rest));
    },
  ],
  [
    FUSED.geluGrad,
    "x",
    (ops, at, attributes) => {
      const slope = (attributes.approximate ? tanhGeluSlope : geluSlope)(ops, at, attributes);
      return ops.map("Mul", at.g, slope);
    },
  ],
];

const ACTIVATIONS: readonly (readonly [name: string, formula: Formula])[] = [
  [FUSED.silu, ({ map }, { v }) => map("Mul", v, map("Sigmoid", v))],
  [
    FUSED.gelu,
    (ops, at, attributes) =>
      ops.map("Mul", at.v, (attributes.approximate ? tanhShare : normalShare)(ops, at, attributes)),
  ],
];

/** Activations that TensorFlow has no op for, and the gradients of all; one op each where there is one. */
export const activationKernels: readonly KernelConfig[] = [
  ...GRADIENTS.map(([name, saved, formula]) =>
    defineFloatKernel<Record<string, TensorInfo>, Attributes>(
      name,
      ({ inputs, attrs, backend }) => {
        const { dy, [saved]: value } = inputs as { dy: TensorInfo } & Record<string, TensorInfo>;
        const v = value as TensorInfo;
        expectShape(name, v.shape, dy);
        if (name === FUSED.leakyReluGrad) expectNumber(name, "alpha", attrs.alpha as number);
        return evaluate(backend, formula, v, dy, attrs);
      },
    ),
  ),
  ...ACTIVATIONS.map(([name, formula]) =>
    defineFloatKernel<{ x: TensorInfo }, Attributes>(name, ({ inputs: { x }, attrs, backend }) =>
      evaluate(backend, formula, x, x, attrs),
    ),
  ),
];

function evaluate(
  backend: NodeBackend,
  formula: Formula,
  v: TensorInfo,
  g: TensorInfo,
  attributes: Attributes,
): TensorInfo {
  const at = {
    v: idOf(backend, v),
    g: idOf(backend, g),
    k: (value: number) => scalar(backend, value),
  };
  return compute(backend, (ops) => ops.tensor(formula(ops, at, attributes), v.shape));
}

/** Φ(x), the normal distribution's integral. */
const normalShare: Formula = ({ map }, { v, k }) =>
  map("Mul", map("Erfc", map("Mul", v, k(-Math.SQRT1_2))), k(0.5));

/** Φ(x) + x φ(x). */
const geluSlope: Formula = (ops, at, attributes) => {
  const { map } = ops;
  const { v, k } = at;
  const exponent = map("Mul", map("Square", v), k(-0.5));
  const density = map("Mul", map("Exp", exponent), k(1 / Math.sqrt(2 * Math.PI)));
  return map("AddV2", normalShare(ops, at, attributes), map("Mul", v, density));
};

const ROOT = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2. */
const tanhShare: Formula = (ops, at) => {
  const { map } = ops;
  const { k } = at;
  return map("AddV2", map("Mul", innerTanh(ops, at, {}), k(0.5)), k(0.5));
};

const innerTanh: Formula = ({ map }, { v, k }) => {
  const factor = map("AddV2", map("Mul", map("Square", v), k(ROOT * CUBIC)), k(ROOT));
  return map("Tanh", map("Mul", v, factor));
};

/** (1 + t) / 2 + x (1 − t²) (√(2/π) (1 + 3 · 0.044715 x²)) / 2, t being that tanh. */
const tanhGeluSlope: Formula = (ops, at) => {
  const { map } = ops;
  const { v, k } = at;
  const t = innerTanh(ops, at, {});
  const share = map("AddV2", map("Mul", t, k(0.5)), k(0.5));
  const inner = map("AddV2", map("Mul", map("Square", v), k(1.5 * ROOT * CUBIC)), k(0.5 * ROOT));
  const flat = map("Sub", k(1), map("Square", t));
  return map("AddV2", share, map("Mul", v, map("Mul", flat, inner)));
};
