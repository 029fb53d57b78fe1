import { type GradConfig, registerGradient } from "@tensorflow/tfjs-core";
import { activationGradients } from "./activations.ts";
import { arithmeticGradients } from "./arithmetic.ts";
import { convolutionGradients } from "./convolution.ts";
import { einsumGradients } from "./einsum.ts";
import { exponentialGradients } from "./exponentials.ts";
import { fusedGradients } from "./fused.ts";
import { gatheringGradients } from "./gathering.ts";
import { joiningGradients } from "./joining.ts";
import { matrixGradients } from "./matrix.ts";
import { morphologyGradients } from "./morphology.ts";
import { normalizationGradients } from "./normalization.ts";
import { poolingGradients } from "./pooling.ts";
import { reductionGradients } from "./reductions.ts";
import { resizingGradients } from "./resizing.ts";
import { scanGradients } from "./scans.ts";
import { shapingGradients } from "./shaping.ts";
import { slicingGradients } from "./slicing-and-padding.ts";
import { trigonometryGradients } from "./trigonometry.ts";
import { zeroGradients } from "./zeros.ts";

/** The gradient of every kernel that has one. */
export const gradients: readonly GradConfig[] = [
  ...activationGradients,
  ...arithmeticGradients,
  ...convolutionGradients,
  ...einsumGradients,
  ...exponentialGradients,
  ...fusedGradients,
  ...gatheringGradients,
  ...joiningGradients,
  ...matrixGradients,
  ...morphologyGradients,
  ...normalizationGradients,
  ...poolingGradients,
  ...reductionGradients,
  ...resizingGradients,
  ...scanGradients,
  ...shapingGradients,
  ...slicingGradients,
  ...trigonometryGradients,
  ...zeroGradients,
];

/** Makes them those of tfjs, in place of any registered before. */
export function registerGradients(): void {
  for (const config of gradients) registerGradient(config);
}
