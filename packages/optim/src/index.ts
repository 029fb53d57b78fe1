export { type ClipGradNormOptions, clipGradNorm, clipGradValue } from "@kindling/core";
export { Adadelta, type AdadeltaOptions } from "./adadelta.ts";
export { Adafactor, type AdafactorOptions } from "./adafactor.ts";
export { Adagrad, type AdagradOptions } from "./adagrad.ts";
export { Adam, type AdamOptions } from "./adam.ts";
export { AdamW, type AdamWOptions } from "./adam-w.ts";
export { Adamax, type AdamaxOptions } from "./adamax.ts";
export { ASGD, type ASGDOptions } from "./asgd.ts";
export type { GradientHook, Gradients } from "./gradients.ts";
export type { HostTensor } from "./host-tensor.ts";
export { Lion, type LionOptions } from "./lion.ts";
export { Muon, type MuonOptions } from "./muon.ts";
export { NAdam, type NAdamOptions } from "./n-adam.ts";
export {
  type Backward,
  Optimizer,
  type UpdateEntry,
} from "./optimizer.ts";
export type { ParamGroup, ParamGroupOptions, ParamSource } from "./param-groups.ts";
export { RAdam, type RAdamOptions } from "./r-adam.ts";
export { RMSprop, type RMSpropOptions } from "./rms-prop.ts";
export { Rprop, type RpropOptions } from "./rprop.ts";
export * from "./schedules/index.ts";
export { SGD, type SGDOptions } from "./sgd.ts";
export type {
  OptimizerStateDict,
  ParameterState,
  ParameterStateDict,
  ParamGroupDict,
  StateLayout,
} from "./state-dict.ts";
