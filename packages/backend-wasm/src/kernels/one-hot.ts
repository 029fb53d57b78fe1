import { expectDtype, expectIntegers, expectNumbers } from "@kindling/core/kernels";
import {
  type KernelConfig,
  OneHot,
  type OneHotAttrs,
  type OneHotInputs,
} from "@tensorflow/tfjs-core";
import { allocate, defineKernel, integers } from "./kernel.ts";

/**
 * A row of `depth` values for each index, `onValue` at the index; an index out of range has none.
 *
 * tfjs's own writes 32-bit integers whatever the type: 1.0 becomes 1.4e-45, and 0.9 becomes 0.
 */
export const oneHot: KernelConfig = defineKernel<OneHotInputs, OneHotAttrs>(
  OneHot,
  ({ inputs: { indices }, attrs: { depth, onValue, offValue, dtype }, backend }) => {
    expectDtype(OneHot, "int32", { indices });
    expectIntegers(OneHot, "a depth", [depth], 0);
    expectNumbers(OneHot, dtype);
    const output = allocate(backend, [...indices.shape, depth], dtype);
    const rows = integers(backend, indices);
    const values = backend.typedArrayFromHeap(output).fill(offValue);
    for (let row = 0; row < rows.length; row++) {
      const index = rows[row] as number;
      if (index >= 0 && index < depth) values[row * depth + index] = onValue;
    }
    return output;
  },
);
