import {
  getKernel,
  type KernelConfig,
  registerKernel,
  unregisterKernel,
} from "@tensorflow/tfjs-core";
import { avgPool } from "./avg-pool.ts";
import { avgPool3dGrad, avgPoolGrad } from "./avg-pool-grad.ts";
import { cast } from "./cast.ts";
import { conv2dBackpropFilter } from "./conv2d-backprop-filter.ts";
import { conv2dBackpropInput } from "./conv2d-backprop-input.ts";
import { conv3dBackpropFilter, conv3dBackpropInput } from "./conv3d-backprop.ts";
import { convolutions } from "./convolutions.ts";
import { depthwiseBackpropFilter, depthwiseBackpropInput } from "./depthwise-backprop.ts";
import { dilation2d, dilation2dBackpropFilter, dilation2dBackpropInput } from "./dilation2d.ts";
import { einsum } from "./einsum.ts";
import { extremes } from "./extremes.ts";
import { gather } from "./gather.ts";
import { matMulKernels } from "./mat-mul.ts";
import { maxPool, maxPool3d, maxPoolWithArgmax } from "./max-pool.ts";
import { maxPool3dGrad, maxPoolGrad } from "./max-pool-grad.ts";
import { oneHot } from "./one-hot.ts";
import { mean, reductionsOfNothing, sum } from "./reductions.ts";
import { reverseKernel } from "./reverse.ts";
import { stockKernels } from "./stock.ts";
import { stridedSliceKernel } from "./strided-slice.ts";
import { unsortedSegmentSum } from "./unsorted-segment-sum.ts";

/** Every kernel that Kindling adds to tfjs's wasm backend or puts in place of one there. */
export const KERNELS: readonly KernelConfig[] = [
  avgPool,
  avgPool3dGrad,
  avgPoolGrad,
  cast,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  conv3dBackpropFilter,
  conv3dBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  dilation2d,
  dilation2dBackpropFilter,
  dilation2dBackpropInput,
  einsum,
  gather,
  maxPool,
  maxPool3d,
  maxPool3dGrad,
  maxPoolGrad,
  maxPoolWithArgmax,
  mean,
  oneHot,
  reverseKernel,
  stridedSliceKernel,
  sum,
  unsortedSegmentSum,
  ...convolutions,
  ...extremes,
  ...matMulKernels,
  ...reductionsOfNothing,
];

// Ours, in every copy of this package: a second copy leaves the first one's kernels in place.
const MARK: unique symbol = Symbol.for("kindling.backend-wasm.kernel");
type Marked = KernelConfig & { readonly [MARK]?: true };

/** Registers the kernels; again does nothing, unless another copy of tfjs's backend overwrote them. */
export function registerKernels(): void {
  for (const kernel of KERNELS) {
    const current: Marked | undefined = getKernel(kernel.kernelName, "wasm");
    if (current?.[MARK]) continue;
    const registered: KernelConfig & { [MARK]: true } = { ...kernel, [MARK]: true };
    if (current !== undefined) {
      stockKernels().set(kernel.kernelName, current);
      unregisterKernel(kernel.kernelName, "wasm");
      // tfjs prepares what is registered when the backend starts, so a stock kernel that ours calls is
      // prepared in the name of ours.
      if (current.setupFunc) registered.setupFunc = current.setupFunc;
      if (current.disposeFunc) registered.disposeFunc = current.disposeFunc;
    }
    registerKernel(registered);
  }
}
