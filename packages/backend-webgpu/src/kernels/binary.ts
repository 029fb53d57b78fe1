// Functions of two. tfjs's programs take integers through floats, which changes those above 2²⁴, and broadcast
// wrongly over more than four axes.

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  Add,
  Atan2,
  type BinaryInputs,
  backend_util,
  type DataType,
  Equal,
  FloorDiv,
  Greater,
  GreaterEqual,
  type KernelConfig,
  Less,
  LessEqual,
  LogicalAnd,
  LogicalOr,
  Maximum,
  Minimum,
  Mod,
  Multiply,
  NotEqual,
  Pow,
  Prelu,
  type PreluInputs,
  RealDiv,
  Select,
  type SelectInputs,
  SquaredDifference,
  Sub,
  type TensorInfo,
  upcastType,
} from "@tensorflow/tfjs-core";
import { defineKernel, sizeOf } from "./kernel.ts";
import { flat, runProgram, wgslType } from "./program.ts";
import { runStock } from "./stock.ts";
import { broadcastStrides, collapse, expand, manyAxes, placesCode } from "./strides.ts";

/** Of two integers, the integer that PyTorch has; division by 0 gives 0. */
const OF_INTEGERS: Readonly<Record<string, string>> = {
  [Add]: "a + b",
  [Sub]: "a - b",
  [Multiply]: "a * b",
  [Maximum]: "max(a, b)",
  [Minimum]: "min(a, b)",
  [SquaredDifference]: "(a - b) * (a - b)",
  [Pow]: "power(a, b)",
  [FloorDiv]: "select(a / b - select(0, 1, a % b != 0 && (a % b < 0) != (b < 0)), 0, b == 0)",
  [Mod]: "select(a % b + select(0, b, a % b != 0 && (a % b < 0) != (b < 0)), 0, b == 0)",
};

/** By squaring; to a negative power, all but 1 and −1 are 0. */
const POWER = `
fn power(base: i32, exponent: i32) -> i32 {
  if (exponent < 0) {
    if (base == 1) { return 1; }
    return select(0, select(1, -1, (exponent & 1) != 0), base == -1);
  }
  var value = 1;
  var square = base;
  for (var rest = exponent; rest > 0; rest = rest / 2) {
    if ((rest & 1) != 0) { value = value * square; }
    square = square * square;
  }
  return value;
}`;

const COMPARISONS: Readonly<Record<string, string>> = {
  [Equal]: "a == b",
  [NotEqual]: "a != b",
  [Greater]: "a > b",
  [GreaterEqual]: "a >= b",
  [Less]: "a < b",
  [LessEqual]: "a <= b",
};

const OTHERS: readonly string[] = [LogicalAnd, LogicalOr, RealDiv];

const binaries: readonly KernelConfig[] = [
  ...Object.keys(OF_INTEGERS),
  ...Object.keys(COMPARISONS),
  ...OTHERS,
].map((name) =>
  defineKernel<BinaryInputs>(name, ({ inputs: { a, b }, attrs, backend }) => {
    if (isInteger(a) && isInteger(b) && upcastType(a.dtype, b.dtype) === "int32") {
      const value = OF_INTEGERS[name];
      if (value !== undefined) return elementwise(backend, name, a, b, "int32", value);
      const truth = COMPARISONS[name];
      if (truth !== undefined) {
        return elementwise(backend, name, a, b, "bool", `select(0, 1, ${truth})`);
      }
    }
    return onFewAxes(backend, a, b, (left, right) =>
      runStock(name, { a: left, b: right }, attrs, backend),
    );
  }),
);

// SwiftShader has atan2(-0, 1) as π, and WGSL lets it.
const atan2 = defineKernel<BinaryInputs>(Atan2, ({ inputs: { a, b }, attrs, backend }) => {
  if (a.dtype !== "float32" || b.dtype !== "float32") {
    return runStock(Atan2, { a, b }, attrs, backend);
  }
  const value =
    "select(select(atan2(a, b), a, a == 0 && b > 0), uniforms.NAN, isnan(a) || isnan(b))";
  return elementwise(backend, Atan2, a, b, "float32", value);
});

const prelu = defineKernel<PreluInputs>(Prelu, ({ inputs: { x, alpha }, attrs, backend }) =>
  onFewAxes(backend, x, alpha, (left, right) =>
    runStock(Prelu, { x: left, alpha: right }, attrs, backend),
  ),
);

/** One or the other; a condition of one axis chooses whole rows. */
const select = defineKernel<SelectInputs>(Select, ({ inputs: { condition, t, e }, backend }) => {
  const dtype = upcastType(t.dtype, e.dtype);
  const type = wgslType(dtype);
  return runProgram(backend, {
    name: "select",
    inputs: { c: condition, x: t, y: e },
    ints: { row: sizeOf(condition) === 0 ? 1 : sizeOf(t) / sizeOf(condition) },
    shape: t.shape,
    dtype,
    code:
      `if (c[index / uniforms.row] != 0) { result[index] = ${type}(x[index]); } ` +
      `else { result[index] = ${type}(y[index]); }`,
  });
});

/** Functions of two with broadcasting, and the choice between two. */
export const binaryKernels: readonly KernelConfig[] = [...binaries, atan2, prelu, select];

function isInteger({ dtype }: TensorInfo): boolean {
  return dtype === "int32" || dtype === "bool";
}

/** Any function of `a` and `b` of the output's type, over any number of axes. */
function elementwise(
  backend: WebGPUBackend,
  name: string,
  left: TensorInfo,
  right: TensorInfo,
  dtype: DataType,
  value: string,
): TensorInfo {
  const shape = backend_util.assertAndGetBroadcastShape(left.shape, right.shape);
  const { shape: few, operands } = collapse(shape, [left.shape, right.shape]);
  const [a, b] = operands as [number[], number[]];
  const { code, ints } = placesCode(few, { p: broadcastStrides(a), q: broadcastStrides(b) });
  const type = wgslType(dtype);
  return runProgram(backend, {
    name,
    inputs: { x: left, y: right },
    ints,
    shape,
    dtype,
    declarations: name === Pow ? POWER : "",
    code: `${code} let a = ${type}(x[p]); let b = ${type}(y[q]); result[index] = ${value};`,
  });
}

/** Runs on as few axes as broadcasting allows, and on copies where that is still more than four. */
function onFewAxes(
  backend: WebGPUBackend,
  a: TensorInfo,
  b: TensorInfo,
  run: (a: TensorInfo, b: TensorInfo) => TensorInfo,
): TensorInfo {
  if (!manyAxes(a.shape, b.shape) || a.dtype === "complex64" || b.dtype === "complex64") {
    return run(a, b);
  }
  const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const { shape: few, operands } = collapse(shape, [a.shape, b.shape]);
  let output: TensorInfo;
  if (manyAxes(few)) {
    const [left, right] = [expand(backend, a, shape), expand(backend, b, shape)];
    output = run(flat(left), flat(right));
    backend.disposeData(left.dataId);
    backend.disposeData(right.dataId);
  } else {
    output = run(flat(a, operands[0]), flat(b, operands[1]));
  }
  return { ...output, shape };
}
