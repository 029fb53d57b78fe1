// Functions of one. Drivers may answer NaN with a number, log(0) with one, and sin with four digits: WGSL allows all
// three. A NaN that disappears hides that a run has failed.

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  Abs,
  Acos,
  Cast,
  type CastAttrs,
  type CastInputs,
  Cos,
  Elu,
  Exp,
  Expm1,
  type KernelConfig,
  Log,
  Log1p,
  Neg,
  Relu6,
  Selu,
  Sigmoid,
  Sin,
  Softplus,
  Square,
  Tan,
  type TensorInfo,
  type UnaryInputs,
} from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.ts";
import { runProgram } from "./program.ts";
import { runStock } from "./stock.ts";

const FUNCTIONS = `
  // The driver's exp(x) - 1 loses what is small.
  fn expm1(x : f32) -> f32 {
    return select(exp(x) - 1, x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4))), abs(x) < 0.05);
  }
  fn logarithm(x : f32) -> f32 {
    if (x < 0) { return uniforms.NAN; }
    if (x == 0) { return -uniforms.INFINITY; }
    return log(x);
  }
  // log(1 + x) by its series where 1 + x has lost digits.
  fn log1p(x : f32) -> f32 {
    if (abs(x) < 0.03) { return x * (1 - x * (1.0 / 2 - x * (1.0 / 3 - x * (1.0 / 4 - x / 5)))); }
    return logarithm(1 + x);
  }`;

// Cephes' single precision sine and cosine: quarter turns taken off in three steps, then a polynomial.
const TURNS = `
  fn quarters(x : f32) -> f32 { return round(x * 0.6366197723675814); }
  fn remainder(x : f32, turns : f32) -> f32 {
    return ((x - turns * 1.5703125) - turns * 4.837512969970703e-4) - turns * 7.549789948768648e-8;
  }
  fn sine(x : f32) -> f32 {
    let s = x * x;
    return x + x * s * (-1.6666654611e-1 + s * (8.3321608736e-3 - s * 1.9515295891e-4));
  }
  fn cosine(x : f32) -> f32 {
    let s = x * x;
    return 1 - s / 2 + s * s * (4.166664568298827e-2 + s * (-1.388731625493765e-3 + s * 2.443315711809948e-5));
  }
  fn turned(x : f32, start : i32) -> f32 {
    let turns = quarters(x);
    let rest = remainder(x, turns);
    let quarter = (i32(turns) + start) & 3;
    let value = select(sine(rest), cosine(rest), (quarter & 1) == 1);
    return select(value, -value, quarter > 1);
  }`;

/** Of a float32 `x` that is not NaN. */
const OF_FLOATS: Readonly<Record<string, readonly [value: string, functions: string]>> = {
  [Exp]: ["exp(x)", ""],
  [Expm1]: ["expm1(x)", FUNCTIONS],
  [Log]: ["logarithm(x)", FUNCTIONS],
  [Log1p]: ["log1p(x)", FUNCTIONS],
  [Relu6]: ["clamp(x, 0, 6)", ""],
  [Elu]: ["select(expm1(x), x, x >= 0)", FUNCTIONS],
  [Selu]: [
    "1.0507009873554804934 * select(1.6732632423543772848 * expm1(x), x, x >= 0)",
    FUNCTIONS,
  ],
  [Sigmoid]: ["1 / (1 + exp(-x))", ""],
  [Softplus]: ["max(x, 0) + log1p(exp(-abs(x)))", FUNCTIONS],
  [Sin]: ["select(turned(x, 0), uniforms.NAN, isinf(x))", TURNS],
  [Cos]: ["select(turned(x, 1), uniforms.NAN, isinf(x))", TURNS],
  [Tan]: ["select(turned(x, 0) / turned(x, 1), uniforms.NAN, isinf(x))", TURNS],
  // The driver's acos has four digits, its asin six.
  [Acos]: ["1.5707963267948966 - asin(x)", ""],
};

/** Of an int32 `x`, which tfjs takes through floats. */
const OF_INTEGERS: Readonly<Record<string, string>> = {
  [Abs]: "abs(x)",
  [Neg]: "-x",
  [Square]: "x * x",
};

const cast = defineKernel<CastInputs, CastAttrs>(Cast, ({ inputs: { x }, attrs, backend }) => {
  if (x.dtype !== "float32" || attrs.dtype !== "int32")
    return runStock(Cast, { x }, attrs, backend);
  return runProgram(backend, {
    name: Cast,
    inputs: { x },
    shape: x.shape,
    dtype: "int32",
    code: "let value = f32(x[index]); result[index] = select(i32(value), 0, isnan(value));",
  });
});

/** Functions of each value, which keep NaN, and casts. */
export const unaryKernels: readonly KernelConfig[] = [
  cast,
  ...Object.keys(OF_FLOATS).map((name) =>
    defineKernel<UnaryInputs>(name, ({ inputs: { x }, attrs, backend }) =>
      x.dtype === "float32" ? ofFloats(backend, name, x) : runStock(name, { x }, attrs, backend),
    ),
  ),
  ...Object.entries(OF_INTEGERS).map(([name, value]) =>
    defineKernel<UnaryInputs>(name, ({ inputs: { x }, attrs, backend }) => {
      if (x.dtype !== "int32") return runStock(name, { x }, attrs, backend);
      return runProgram(backend, {
        name,
        inputs: { v: x },
        shape: x.shape,
        dtype: "int32",
        code: `let x = i32(v[index]); result[index] = ${value};`,
      });
    }),
  ),
];

/** One of the functions above, by tfjs's name for it. */
export function ofFloats(backend: WebGPUBackend, name: string, x: TensorInfo): TensorInfo {
  const [value, declarations] = OF_FLOATS[name] as readonly [string, string];
  return runProgram(backend, {
    name,
    inputs: { v: x },
    shape: x.shape,
    dtype: "float32",
    declarations,
    code: `let x = f32(v[index]); result[index] = x; if (!isnan(x)) { result[index] = ${value}; }`,
  });
}
