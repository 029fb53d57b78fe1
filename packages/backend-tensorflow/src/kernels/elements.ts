// Functions of one or two values that tfjs-node gets wrong or computes with tfjs's chained methods, which are only
// there when somebody has imported them.
import {
  ArgMax,
  type ArgMaxAttrs,
  ArgMin,
  BitwiseAnd,
  type BitwiseAndInputs,
  Cast,
  type CastAttrs,
  Exp,
  type KernelConfig,
  Prelu,
  type PreluInputs,
  Round,
  Sign,
  type TensorInfo,
  tidy,
} from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.ts";
import { runOp, withNumber } from "./op.ts";
import { runStock } from "./stock.ts";

/** 0 of a NaN, as PyTorch has it; TensorFlow's is a NaN. */
const sign = defineKernel<{ x: TensorInfo }>(Sign, ({ inputs: { x }, backend }) => {
  if (x.dtype !== "float32") return runOp(backend, "Sign", [x]);
  return tidy(() => {
    const nans = runOp(backend, "IsNan", [x]);
    const signs = runOp(backend, "Sign", [x]);
    return withNumber(backend, 0, "float32", (zero) =>
      runOp(backend, "SelectV2", [nans, zero, signs]),
    );
  });
});

/** 0 of a NaN, as an array of integers has it; TensorFlow's is −2³¹. */
const cast = defineKernel<{ x: TensorInfo }, CastAttrs>(
  Cast,
  ({ inputs: { x }, attrs, backend }) => {
    if (x.dtype !== "float32" || attrs.dtype !== "int32") {
      return runStock(Cast, { x }, attrs, backend);
    }
    return tidy(() => {
      const nans = runOp(backend, "IsNan", [x]);
      const integers = runOp(backend, "Cast", [x], { DstT: { type: "int32" } });
      return withNumber(backend, 0, "int32", (zero) =>
        runOp(backend, "SelectV2", [nans, zero, integers]),
      );
    });
  },
);

const prelu = defineKernel<PreluInputs>(Prelu, ({ inputs: { x, alpha }, backend }) =>
  tidy(() =>
    withNumber(backend, 0, x.dtype === "int32" ? "int32" : "float32", (zero) => {
      const isNegative = runOp(backend, "Less", [x, zero]);
      const scaled = runOp(backend, "Mul", [x, alpha]);
      return runOp(backend, "SelectV2", [isNegative, scaled, x]);
    }),
  ),
);

const exp = defineKernel<{ x: TensorInfo }>(Exp, ({ inputs: { x }, backend }) => {
  if (x.dtype === "float32") return runOp(backend, "Exp", [x]);
  return tidy(() =>
    runOp(backend, "Exp", [runOp(backend, "Cast", [x], { DstT: { type: "float32" } })]),
  );
});

const places: readonly KernelConfig[] = [ArgMax, ArgMin].map((name) =>
  defineKernel<{ x: TensorInfo }, ArgMaxAttrs>(name, ({ inputs: { x }, attrs, backend }) =>
    tidy(() => {
      const values =
        x.dtype === "bool" ? runOp(backend, "Cast", [x], { DstT: { type: "int32" } }) : x;
      return withNumber(backend, attrs.axis, "int32", (axis) =>
        runOp(backend, name, [values, axis], { output_type: { type: "int32" } }),
      );
    }),
  ),
);

/** Of integers it is nothing; TensorFlow from 2.18 on makes zeros of them. */
const round = defineKernel<{ x: TensorInfo }>(Round, ({ inputs: { x }, backend }) =>
  runOp(backend, x.dtype === "float32" ? "Round" : "Identity", [x]),
);

const bitwiseAnd = defineKernel<BitwiseAndInputs>(BitwiseAnd, ({ inputs: { a, b }, backend }) =>
  runOp(backend, "BitwiseAnd", [a, b]),
);

export const elementKernels: readonly KernelConfig[] = [
  sign,
  cast,
  prelu,
  exp,
  ...places,
  round,
  bitwiseAnd,
];
