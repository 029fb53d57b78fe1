import { Identity, type IdentityInputs, type KernelConfig } from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.ts";

/** The same values under another name; tfjs's own copies them, once for each tensor that a tape saves. */
export const identity: KernelConfig = defineKernel<IdentityInputs>(
  Identity,
  ({ inputs: { x }, backend }) => {
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  },
);
