import {
  Add,
  type BinaryInputs,
  Exp,
  type KernelConfig,
  Multiply,
  RealDiv,
  Rsqrt,
  Sqrt,
  Sub,
  Tanh,
  type TensorInfo,
  type UnaryInputs,
  util,
} from "@tensorflow/tfjs-core";
import type { ActivationKernels } from "../simd/activations-kernels.ts";
import { BINARY_OPS } from "../simd/elementwise-kernels.ts";
import { sideModule } from "../simd/side-module.ts";
import { allocate, defineKernel, pointer, sizeOf } from "./kernel.ts";
import { runStock } from "./stock.ts";

/**
 * Arithmetic on float32 where tfjs's own is slow: with a side that repeats a row, such as a bias, three times
 * as fast; roots four, exponentials six, the hyperbolic tangent ten times. All else stays tfjs's.
 */
export const elementwise: readonly KernelConfig[] = [
  binary(Add, BINARY_OPS.add),
  binary(Sub, BINARY_OPS.subtract),
  binary(Multiply, BINARY_OPS.multiply),
  binary(RealDiv, BINARY_OPS.divide),
  unary(Exp, "exponential"),
  unary(Rsqrt, "inverseSquareRoot"),
  unary(Sqrt, "squareRoot"),
  unary(Tanh, "tanh"),
];

function binary(kernelName: string, op: number): KernelConfig {
  return defineKernel<BinaryInputs>(kernelName, ({ inputs: { a, b }, backend }) => {
    const floats = a.dtype === "float32" && b.dtype === "float32";
    const [aRepeats, bRepeats] = [floats && repeats(a, b), floats && repeats(b, a)];
    if (!aRepeats && !bRepeats) return runStock(kernelName, { a, b }, {}, backend);
    const [whole, columns] = aRepeats ? [b, sizeOf(a)] : [a, sizeOf(b)];
    const out = allocate(backend, whole.shape);
    const [aAt, bAt, to] = [a, b, out].map((one) => pointer(backend, one)) as Three;
    const [aStep, bStep] = aRepeats ? [0, columns] : [columns, 0];
    const rows = sizeOf(out) / columns;
    sideModule(backend).kernels.binary(op, aAt, bAt, to, rows, columns, aStep, bStep);
    return out;
  });
}

type Three = [number, number, number];

/** True when `row`, of several values, stands for each run of the last axes of `whole`, of several runs. */
function repeats(row: TensorInfo, whole: TensorInfo): boolean {
  const [size, all] = [sizeOf(row), sizeOf(whole)];
  if (size < 2 || all <= size || row.shape.length > whole.shape.length) return false;
  const own = row.shape.slice(row.shape.findIndex((length) => length !== 1));
  return util.arraysEqual(own, whole.shape.slice(whole.shape.length - own.length));
}

function unary(
  kernelName: string,
  kernel: Extract<
    keyof ActivationKernels,
    "exponential" | "inverseSquareRoot" | "squareRoot" | "tanh"
  >,
): KernelConfig {
  return defineKernel<UnaryInputs>(kernelName, ({ inputs: { x }, backend }) => {
    if (x.dtype !== "float32") return runStock(kernelName, { x }, {}, backend);
    const y = allocate(backend, x.shape);
    const { kernels } = sideModule(backend);
    kernels[kernel](pointer(backend, x), pointer(backend, y), sizeOf(x));
    return y;
  });
}
