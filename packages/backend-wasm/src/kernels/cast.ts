import { expectNumbers } from "@kindling/core/kernels";
import { Cast, type CastAttrs, type CastInputs, type KernelConfig } from "@tensorflow/tfjs-core";
import { allocate, defineKernel } from "./kernel.ts";

/**
 * Conversion between float32, int32 and bool: towards zero to int32, "is not 0" to bool.
 *
 * tfjs's own stores the number's low byte as a bool, so that 256 and 0.4 are false and −1 is 255.
 */
export const cast: KernelConfig = defineKernel<CastInputs, CastAttrs>(
  Cast,
  ({ inputs: { x }, attrs: { dtype }, backend }) => {
    expectNumbers(Cast, dtype);
    const output = allocate(backend, x.shape, dtype);
    const source = backend.typedArrayFromHeap(x);
    const target = backend.typedArrayFromHeap(output);
    if (dtype === "bool") {
      for (let i = 0; i < source.length; i++) target[i] = source[i] === 0 ? 0 : 1;
    } else {
      target.set(source);
    }
    return output;
  },
);
