import { FUSED } from "@kindling/core";
import { expectNumber, expectShape } from "@kindling/core/kernels";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { allocate, defineFloatKernel, sizeOf } from "../kernels/kernel.ts";
import { dispatch, elementwise, groupsFor, type Uniform } from "./recorder.ts";

interface Attributes {
  readonly alpha?: number;
  readonly approximate?: boolean;
}

// WGSL has no erf: Abramowitz and Stegun 7.1.26 is within 1.5e-7.
const ERF = `
fn erf(x: f32) -> f32 {
  let t = 1.0 / (1.0 + 0.3275911 * abs(x));
  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t
    + 0.254829592) * t;
  return sign(x) * (1.0 - series * exp(-x * x));
}
// Of a large argument, some drivers' tanh is NaN.
fn tanhOf(x: f32) -> f32 { return tanh(clamp(x, -15.0, 15.0)); }
fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-x)); }
`;

const INNER = "0.7978845608 * (v + 0.044715 * v * v * v)";

/** Gradients and activations, as WGSL of `g` (the output's gradient) and `v` (what was saved, or the input). */
const GRADIENTS = [
  [FUSED.reluGrad, "y", () => "select(g, 0.0, v <= 0.0)"],
  [FUSED.relu6Grad, "y", () => "select(g, 0.0, v <= 0.0 || v >= 6.0)"],
  [FUSED.leakyReluGrad, "x", () => "select(g * u.alpha, g, v > 0.0)"],
  [FUSED.sigmoidGrad, "y", () => "g * v * (1.0 - v)"],
  [FUSED.tanhGrad, "y", () => "g * (1.0 - v * v)"],
  [FUSED.siluGrad, "x", () => "g * sigmoid(v) * (1.0 + v * (1.0 - sigmoid(v)))"],
  [FUSED.geluGrad, "x", ({ approximate }: Attributes) => geluGradient(approximate === true)],
] as const;

const ACTIVATIONS = [
  [FUSED.silu, () => "v * sigmoid(v)"],
  [FUSED.gelu, ({ approximate }: Attributes) => gelu(approximate === true)],
] as const;

export const activationKernels: readonly KernelConfig[] = [
  ...GRADIENTS.map(([name, saved, formula]) =>
    defineFloatKernel<Record<string, TensorInfo>, Attributes>(
      name,
      ({ inputs, attrs, backend }) => {
        const { dy, [saved]: value } = inputs as { dy: TensorInfo } & Record<string, TensorInfo>;
        const v = value as TensorInfo;
        expectShape(name, v.shape, dy);
        if (name === FUSED.leakyReluGrad) expectNumber(name, "alpha", attrs.alpha as number);
        return map(name, formula(attrs), { dy, v }, attrs, backend);
      },
    ),
  ),
  ...ACTIVATIONS.map(([name, formula]) =>
    defineFloatKernel<{ x: TensorInfo }, Attributes>(name, ({ inputs: { x }, attrs, backend }) =>
      map(name, formula(attrs), { v: x }, attrs, backend),
    ),
  ),
];

function map(
  label: string,
  formula: string,
  inputs: { readonly dy?: TensorInfo; readonly v: TensorInfo },
  { alpha }: Attributes,
  backend: Parameters<typeof dispatch>[0],
): TensorInfo {
  const output = allocate(backend, inputs.v.shape);
  const size = sizeOf(output);
  const uniforms: Record<string, Uniform> = { size: ["u32", size], alpha: ["f32", alpha ?? 0] };
  const { dy, v: saved } = inputs;
  dispatch(backend, {
    label,
    code: `${ERF}${elementwise(`
  let v = saved[i];
  ${dy ? "let g = dy[i];" : ""}
  output[i] = ${formula};`)}`,
    reads: dy ? { dy, saved } : { saved },
    writes: { output },
    uniforms,
    workgroups: size === 0 ? [0] : groupsFor(size),
  });
  return output;
}

function gelu(approximate: boolean): string {
  return approximate
    ? `0.5 * v * (1.0 + tanhOf(${INNER}))`
    : "0.5 * v * (1.0 + erf(v * 0.7071067812))";
}

function geluGradient(approximate: boolean): string {
  if (!approximate) {
    return `g * (0.5 * (1.0 + erf(v * 0.7071067812)) + v * 0.3989422804 * exp(-0.5 * v * v))`;
  }
  const t = `tanhOf(${INNER})`;
  const slope = "0.7978845608 * (1.0 + 0.134145 * v * v)";
  return `g * (0.5 * (1.0 + ${t}) + 0.5 * v * (1.0 - ${t} * ${t}) * ${slope})`;
}
