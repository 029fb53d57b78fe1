import type { KernelConfig } from "@tensorflow/tfjs-core";
import { activationKernels } from "./activations.ts";
import { convolutions } from "./convolutions.ts";
import { crossEntropyKernels } from "./cross-entropy.ts";
import { dropoutKernels } from "./dropout.ts";
import { gatherBytes } from "./gather-bytes.ts";
import { maxPoolGrad } from "./max-pool-grad.ts";
import { normalizations } from "./normalizations.ts";
import { optimizerSteps } from "./optimizer-steps.ts";
import { plainKernels } from "./plain.ts";
import { sums } from "./sums.ts";

/** Kernels of training for the `tensorflow` backend; those of `plain.ts` and `MaxPoolGrad` take the place of tfjs's. */
export const TRAINING_KERNELS: readonly KernelConfig[] = [
  ...activationKernels,
  ...convolutions,
  ...crossEntropyKernels,
  ...dropoutKernels,
  gatherBytes,
  maxPoolGrad,
  ...normalizations,
  ...optimizerSteps,
  ...plainKernels,
  ...sums,
];
