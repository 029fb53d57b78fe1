import type { KernelConfig } from "@tensorflow/tfjs-core";
import { activationKernels } from "./activations.ts";
import { avgPool3dGrad } from "./avg-pool3d-grad.ts";
import { cast } from "./cast.ts";
import { conv3dBackpropFilter, conv3dBackpropInput } from "./conv3d-backprop.ts";
import { convolutions } from "./convolutions.ts";
import { crossEntropyKernels } from "./cross-entropy.ts";
import { dilation2d, dilation2dBackpropFilter, dilation2dBackpropInput } from "./dilation2d.ts";
import { dropoutKernels } from "./dropout.ts";
import { einsum } from "./einsum.ts";
import { elementwise } from "./elementwise.ts";
import { extremes } from "./extremes.ts";
import { fusedConvolutions } from "./fused-convolutions.ts";
import { gather } from "./gather.ts";
import { gatherBytes } from "./gather-bytes.ts";
import { identity } from "./identity.ts";
import { matMulKernels } from "./mat-mul.ts";
import { maxPool3d, maxPoolWithArgmax } from "./max-pool.ts";
import { maxPool3dGrad } from "./max-pool3d-grad.ts";
import { normalizations } from "./normalizations.ts";
import { oneHot } from "./one-hot.ts";
import { pools } from "./pools.ts";
import { addTo, maxKernel, mean, reductionsOfNothing, sum, sumOfSquares } from "./reductions.ts";
import { reverseKernel } from "./reverse.ts";
import { stridedSliceKernel } from "./strided-slice.ts";
import { transposeKernel } from "./transpose.ts";
import { unsortedSegmentSum } from "./unsorted-segment-sum.ts";

/** Every kernel that Kindling adds to tfjs's wasm backend or puts in place of one there. */
export const KERNELS: readonly KernelConfig[] = [
  addTo,
  avgPool3dGrad,
  cast,
  conv3dBackpropFilter,
  conv3dBackpropInput,
  dilation2d,
  dilation2dBackpropFilter,
  dilation2dBackpropInput,
  einsum,
  gather,
  gatherBytes,
  identity,
  maxKernel,
  maxPool3d,
  maxPool3dGrad,
  maxPoolWithArgmax,
  mean,
  oneHot,
  reverseKernel,
  stridedSliceKernel,
  sum,
  sumOfSquares,
  transposeKernel,
  unsortedSegmentSum,
  ...activationKernels,
  ...convolutions,
  ...crossEntropyKernels,
  ...dropoutKernels,
  ...elementwise,
  ...extremes,
  ...fusedConvolutions,
  ...matMulKernels,
  ...normalizations,
  ...pools,
  ...reductionsOfNothing,
];
