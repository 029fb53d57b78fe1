import type { KernelConfig } from "@tensorflow/tfjs-core";
import { TRAINING_KERNELS } from "../training/index.ts";
import { averagePools } from "./average-pools.ts";
import { convolutionKernels } from "./convolutions.ts";
import { elementKernels } from "./elements.ts";
import { gatherKernels } from "./gathers.ts";
import { maxPools } from "./max-pools.ts";
import { volumeKernels } from "./volumes.ts";

const MENDS: readonly KernelConfig[] = [
  ...averagePools,
  ...convolutionKernels,
  ...elementKernels,
  ...gatherKernels,
  ...maxPools,
  ...volumeKernels,
];

const fast = new Set(TRAINING_KERNELS.map(({ kernelName }) => kernelName));

/** Every kernel that Kindling adds to tfjs-node's backend or puts in place of one there. */
export const KERNELS: readonly KernelConfig[] = [
  ...TRAINING_KERNELS,
  // A kernel of training may be a faster way for some calls of one of these, which it then calls itself.
  ...MENDS.filter(({ kernelName }) => !fast.has(kernelName)),
];
