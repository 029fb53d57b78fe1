import { ShapeError } from "@kindling/core";
import {
  _FusedMatMul,
  BatchMatMul,
  type BatchMatMulAttrs,
  type BatchMatMulInputs,
  type KernelConfig,
  type Tensor,
  type TensorInfo,
  tidy,
  transpose,
  zeros,
} from "@tensorflow/tfjs-core";
import { type Fused, finish } from "./exact-convolutions.ts";
import { allFinite } from "./finite.ts";
import { type BackendWasm, defineFloatKernel, track } from "./kernel.ts";
import { runStock } from "./stock.ts";

// XNNPACK multiplies plain matrices; with a transposed operand, and so in both gradients of a linear layer,
// tfjs leaves it for a slow loop. Transposing first is cheap.

interface FusedInputs extends BatchMatMulInputs {
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

/** Matrix products, `[...batch, m, k] · [...batch, k, n]`, either operand stored transposed. */
const matMul: KernelConfig = defineFloatKernel<BatchMatMulInputs, BatchMatMulAttrs>(
  BatchMatMul,
  ({ inputs, attrs, backend }) => product(BatchMatMul, inputs, attrs, backend),
);

/** A matrix product with bias and activation in one. */
const fusedMatMul: KernelConfig = defineFloatKernel<FusedInputs, BatchMatMulAttrs & Fused>(
  _FusedMatMul,
  ({ inputs, attrs, backend }) => {
    const { a, b, bias, preluActivationWeights } = inputs;
    if (allFinite(backend, a, b, bias)) return product(_FusedMatMul, inputs, attrs, backend);
    return tidy(() => {
      const { transposeA, transposeB } = attrs;
      const plain = track(product(BatchMatMul, { a, b }, { transposeA, transposeB }, backend));
      return finish(plain, bias, preluActivationWeights, attrs);
    });
  },
);

export const matMulKernels: readonly KernelConfig[] = [matMul, fusedMatMul];

function product(
  name: string,
  inputs: { readonly a: TensorInfo; readonly b: TensorInfo },
  attrs: BatchMatMulAttrs,
  backend: BackendWasm,
): TensorInfo {
  const { transposeA, transposeB } = attrs;
  const length = inputs.a.shape.at(transposeA ? -2 : -1);
  // tfjs takes both for granted, and reads or writes past a matrix that is otherwise.
  if (inputs.b.shape.at(transposeB ? -1 : -2) !== length) {
    throw new ShapeError(name, `[..., ${length}, n] (the right side)`, inputs.b.shape);
  }
  if (name === _FusedMatMul && Math.max(inputs.a.shape.length, inputs.b.shape.length) !== 3) {
    throw new ShapeError(name, "[batch, m, k]", inputs.a.shape, "reshape both sides to rank 3");
  }
  const nothing = length === 0;
  if (!transposeA && !transposeB && !nothing) return runStock(name, { ...inputs }, attrs, backend);
  return tidy(() => {
    let a = transposeA ? swapped(inputs.a) : inputs.a;
    let b = transposeB ? swapped(inputs.b) : inputs.b;
    if (nothing) {
      // A sum over nothing is 0; tfjs would leave the output as it finds it.
      a = zeros([...a.shape.slice(0, -1), 1]);
      b = zeros([...b.shape.slice(0, -2), 1, b.shape.at(-1) as number]);
    }
    const plain = { ...attrs, transposeA: false, transposeB: false };
    return track(runStock(name, { ...inputs, a, b }, plain, backend));
  });
}

function swapped(x: TensorInfo): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const [row, column] = axes.splice(-2) as [number, number];
  return transpose(x as Tensor, [...axes, column, row]);
}
