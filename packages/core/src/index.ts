import { registerGradients } from "./gradients/index.ts";

export {
  type Backend,
  hasKernel,
  type SelectedBackend,
  type SkippedBackend,
  selectBackend,
} from "./backend.ts";
export { type ClipGradNormOptions, clipGradNorm } from "./clip-grad-norm.ts";
export { clipGradValue } from "./clip-grad-value.ts";
export {
  ArgumentError,
  BackendError,
  DataError,
  KindlingError,
  NotComputableError,
  ShapeError,
} from "./errors.ts";
export {
  type ConvolutionAttributes,
  type CrossEntropyAttributes,
  type DropoutAttributes,
  FUSED,
  type GatherBytesAttributes,
  hasFusedKernel,
} from "./fused.ts";
export {
  ADAM_STEP,
  type AdamStepAttributes,
  SGD_STEP,
  type SgdStepAttributes,
} from "./fused-steps.ts";
export { defaultGenerator, Generator, type GeneratorState, manualSeed } from "./generator.ts";
export { type RandomOptions, rand, randn, randperm } from "./random.ts";
export { stopGradient } from "./stop-gradient.ts";
export { type ValueAndGrad, valueAndGrad } from "./value-and-grad.ts";

// A call and not an import for its side effect, which bundlers drop.
registerGradients();
