import { ShapeError } from "@kindling/core";
import {
  _FusedMatMul,
  BatchMatMul,
  type BatchMatMulAttrs,
  type BatchMatMulInputs,
  type KernelConfig,
  type TensorInfo,
  tidy,
  util,
} from "@tensorflow/tfjs-core";
import { MATMUL_SCRATCH_FLOATS } from "../simd/matmul-kernels.ts";
import { sideModule } from "../simd/side-module.ts";
import { type Fused, finish } from "./finish.ts";
import { allocate, type BackendWasm, defineFloatKernel, pointer, track } from "./kernel.ts";

interface FusedInputs extends BatchMatMulInputs {
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

/** Matrix products, `[...batch, m, k] · [...batch, k, n]`, either operand stored transposed. */
const matMul: KernelConfig = defineFloatKernel<BatchMatMulInputs, BatchMatMulAttrs>(
  BatchMatMul,
  ({ inputs: { a, b }, attrs, backend }) => product(BatchMatMul, backend, a, b, attrs),
);

/** A matrix product with bias and activation in one. */
const fusedMatMul: KernelConfig = defineFloatKernel<FusedInputs, BatchMatMulAttrs & Fused>(
  _FusedMatMul,
  ({ inputs: { a, b, bias, preluActivationWeights }, attrs, backend }) =>
    tidy(() => {
      const plain = track(product(_FusedMatMul, backend, a, b, attrs));
      if (bias && !stretchesTo(bias.shape, plain.shape)) {
        throw new ShapeError(_FusedMatMul, `[${plain.shape.at(-1)}] (the bias)`, bias.shape);
      }
      return finish(_FusedMatMul, plain, bias, preluActivationWeights, attrs);
    }),
);

export const matMulKernels: readonly KernelConfig[] = [matMul, fusedMatMul];

function product(
  where: string,
  backend: BackendWasm,
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: BatchMatMulAttrs,
): TensorInfo {
  if (a.shape.length < 2) throw new ShapeError(where, "[..., m, k] (the left side)", a.shape);
  const left = matrix(a, transposeA);
  const right = matrix(b, transposeB);
  if (b.shape.length < 2 || right.rows !== left.columns) {
    throw new ShapeError(where, `[..., ${left.columns}, n] (the right side)`, b.shape);
  }
  const [m, k, n] = [left.rows, left.columns, right.columns];
  const batch = broadcast(where, left.batch, right.batch);
  const output = allocate(backend, [...batch, m, n]);
  const { kernels, scratch } = scratchOf(backend);
  const at = [a, b, output].map((tensor) => pointer(backend, tensor)) as [number, number, number];
  const pairs = util.sizeFromShape(batch);
  const [leftStep, rightStep] = [left, right].map(({ batch: own, size }) => {
    if (util.sizeFromShape(own) === pairs) return size;
    return util.sizeFromShape(own) === 1 ? 0 : null;
  }) as [number | null, number | null];
  const run = (aAt: number, bAt: number, to: number, count: number, aStep = 0, bStep = 0): void =>
    kernels.matMul(
      ...([aAt, bAt, to, m, n, k, transposeA, transposeB] as const),
      ...([count, aStep, bStep, m * n, scratch] as const),
    );
  if (leftStep !== null && rightStep !== null) {
    run(...at, pairs, leftStep, rightStep);
    return output;
  }
  // Sides that repeat along different axes: pair by pair.
  const [leftAt, rightAt] = [left, right].map(({ batch: own }) => repeats(own, batch)) as [
    (pair: number) => number,
    (pair: number) => number,
  ];
  for (let i = 0; i < pairs; i++) {
    const [aAt, bAt] = [4 * leftAt(i) * left.size, 4 * rightAt(i) * right.size];
    run(at[0] + aAt, at[1] + bAt, at[2] + 4 * i * m * n, 1);
  }
  return output;
}

function scratchOf(backend: BackendWasm) {
  const module = sideModule(backend);
  return { kernels: module.kernels, scratch: module.scratch(MATMUL_SCRATCH_FLOATS) };
}

function matrix({ shape }: TensorInfo, transposed: boolean) {
  const [first, second] = shape.slice(-2) as [number, number];
  return {
    batch: shape.slice(0, -2),
    rows: transposed ? second : first,
    columns: transposed ? first : second,
    size: first * second,
  };
}

function broadcast(where: string, left: readonly number[], right: readonly number[]): number[] {
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, axis) => {
    const a = left[axis + left.length - rank] ?? 1;
    const b = right[axis + right.length - rank] ?? 1;
    if (a === b || a === 1 || b === 1) return a === 1 ? b : a;
    throw new ShapeError(where, `[${left.join(", ")}, k, n] (batches of the right side)`, right);
  });
}

/** Whether a shape becomes the other by repeating axes of size 1. */
function stretchesTo(shape: readonly number[], to: readonly number[]): boolean {
  const extra = to.length - shape.length;
  return extra >= 0 && shape.every((size, axis) => size === 1 || size === to[axis + extra]);
}

/** Which matrix of a batch of shape `own` meets pair `i` of the broadcast batch. */
function repeats(own: readonly number[], batch: readonly number[]): (i: number) => number {
  const strides = util.computeStrides([...batch, 1]);
  const padded = [...Array<number>(batch.length - own.length).fill(1), ...own];
  const ownStrides = util.computeStrides([...padded, 1]);
  return (i) =>
    batch.reduce((place, _, axis) => {
      const at = Math.floor(i / (strides[axis] as number)) % (batch[axis] as number);
      return padded[axis] === 1 ? place : place + at * (ownStrides[axis] as number);
    }, 0);
}
