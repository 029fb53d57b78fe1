import { type GradConfig, matMul, type Tensor } from "@tensorflow/tfjs-core";
import { gradient, unbroadcast } from "./gradient.ts";

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Products of matrices, or of batches of them that broadcast. */
export const matrixGradients: readonly GradConfig[] = [
  gradient(
    "BatchMatMul",
    { inputs: ["a", "b"] },
    (dy, { a, b }, { transposeA, transposeB }: MatMulAttributes) => ({
      a: () => unbroadcast(gradientOfA(dy, b, transposeA, transposeB), a.shape),
      b: () => unbroadcast(gradientOfB(dy, a, transposeA, transposeB), b.shape),
    }),
  ),
];

function gradientOfA(dy: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  return transposeA ? matMul(b, dy, transposeB, true) : matMul(dy, b, false, !transposeB);
}

function gradientOfB(dy: Tensor, a: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  return transposeB ? matMul(dy, a, true, transposeA) : matMul(a, dy, !transposeA, false);
}
