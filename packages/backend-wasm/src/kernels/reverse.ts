import {
  cast,
  type KernelConfig,
  Reverse,
  type ReverseAttrs,
  type ReverseInputs,
  reverse,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.ts";
import { runStock } from "./stock.ts";

/** Turns axes around. tfjs's own takes bytes for words: its reversed bools are wrong. */
export const reverseKernel: KernelConfig = defineKernel<ReverseInputs, ReverseAttrs>(
  Reverse,
  ({ inputs: { x }, attrs, backend }) => {
    if (x.dtype !== "bool") return runStock(Reverse, { x }, attrs, backend);
    return tidy(() => cast(reverse(cast(x as Tensor, "int32"), attrs.dims), "bool"));
  },
);
