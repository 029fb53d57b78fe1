import type { KernelConfig } from "@tensorflow/tfjs-core";
import { activationKernels } from "./activations.ts";
import { batchNormKernels } from "./batch-norm.ts";
import { convolutions } from "./convolutions.ts";
import { crossEntropyKernels } from "./cross-entropy.ts";
import { dropoutKernels } from "./dropout.ts";
import { gatherBytes } from "./gather-bytes.ts";
import { layerNormKernels } from "./layer-norm.ts";
import { maxPoolGrad } from "./max-pool-grad.ts";
import { optimizerSteps } from "./optimizer-steps.ts";
import { sums } from "./sums.ts";

/** Kernels of training for the `webgpu` backend; `MaxPoolGrad` takes the place of tfjs's. */
export const TRAINING_KERNELS: readonly KernelConfig[] = [
  ...activationKernels,
  ...batchNormKernels,
  ...convolutions,
  ...crossEntropyKernels,
  ...dropoutKernels,
  gatherBytes,
  ...layerNormKernels,
  maxPoolGrad,
  ...optimizerSteps,
  ...sums,
];
