import { FUSED } from "@kindling/core";
import { expectShape } from "@kindling/core/kernels";
import {
  EluGrad,
  type KernelConfig,
  Relu,
  type TensorInfo,
  type UnaryInputs,
} from "@tensorflow/tfjs-core";
import type { ActivationKernels } from "../simd/activations-kernels.ts";
import { sideModule } from "../simd/side-module.ts";
import { allocate, defineFloatKernel, pointer, sizeOf } from "./kernel.ts";

type Values = "relu" | "gelu" | "geluTanh" | "silu";
type Slopes = Exclude<keyof ActivationKernels, Values>;
type Approximate = { readonly approximate: boolean };

/** ReLU, which keeps a NaN; the activations that tfjs has no one kernel for; gradients in one pass. */
export const activationKernels: readonly KernelConfig[] = [
  value(Relu, () => "relu"),
  value(FUSED.silu, () => "silu"),
  value<Approximate>(FUSED.gelu, ({ approximate }) => (approximate ? "geluTanh" : "gelu")),
  slope(FUSED.reluGrad, () => "reluGrad"),
  slope(FUSED.relu6Grad, () => "relu6Grad"),
  slope(FUSED.sigmoidGrad, () => "sigmoidGrad"),
  slope(FUSED.tanhGrad, () => "tanhGrad"),
  slope(FUSED.siluGrad, () => "siluGrad"),
  slope(
    EluGrad,
    () => "eluGrad",
    () => 1,
  ),
  slope<Approximate>(FUSED.geluGrad, ({ approximate }) =>
    approximate ? "geluTanhGrad" : "geluGrad",
  ),
  slope<{ readonly alpha: number }>(
    FUSED.leakyReluGrad,
    () => "leakyReluGrad",
    ({ alpha }) => alpha,
  ),
];

function value<Attributes>(
  kernelName: string,
  choose: (attributes: Attributes) => Values,
): KernelConfig {
  return defineFloatKernel<UnaryInputs, Attributes>(kernelName, ({ inputs, attrs, backend }) => {
    const { x } = inputs;
    const y = allocate(backend, x.shape);
    const { kernels } = sideModule(backend);
    kernels[choose(attrs)](pointer(backend, x), pointer(backend, y), sizeOf(x));
    return y;
  });
}

/** A gradient from `dy` and either the activation's input `x` or its output `y`. */
function slope<Attributes>(
  kernelName: string,
  choose: (attributes: Attributes) => Slopes,
  alphaOf: (attributes: Attributes) => number = () => 0,
): KernelConfig {
  return defineFloatKernel<{ dy: TensorInfo; x?: TensorInfo; y?: TensorInfo }, Attributes>(
    kernelName,
    ({ inputs: { dy, x, y }, attrs, backend }) => {
      const at = (x ?? y) as TensorInfo;
      expectShape(kernelName, at.shape, dy);
      const dx = allocate(backend, at.shape);
      const { kernels } = sideModule(backend);
      const pointers = [dy, at, dx].map((tensor) => pointer(backend, tensor));
      const [from, where, to] = pointers as [number, number, number];
      kernels[choose(attrs)](from, where, to, sizeOf(dy), alphaOf(attrs));
      return dx;
    },
  );
}
