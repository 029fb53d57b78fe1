export { Adam, type AdamOptions } from "./adam.ts";
export { AdamW, type AdamWOptions } from "./adam-w.ts";
export { type ClipGradNormOptions, clipGradNorm } from "./clip-grad-norm.ts";
export { clipGradValue } from "./clip-grad-value.ts";
export type { GradientHook, Gradients } from "./gradients.ts";
export type { HostTensor } from "./host-tensor.ts";
export {
  type Backward,
  Optimizer,
  type UpdateEntry,
} from "./optimizer.ts";
export type { ParamGroup, ParamGroupOptions, ParamSource } from "./param-groups.ts";
export { SGD, type SGDOptions } from "./sgd.ts";
export type {
  OptimizerStateDict,
  ParameterState,
  ParameterStateDict,
  ParamGroupDict,
  StateLayout,
} from "./state-dict.ts";
