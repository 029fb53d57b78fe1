export { ChainedScheduler } from "./chained-scheduler.ts";
export { ConstantLR, type ConstantLROptions } from "./constant-lr.ts";
export { CosineAnnealingLR, type CosineAnnealingLROptions } from "./cosine-annealing-lr.ts";
export {
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from "./cosine-annealing-warm-restarts.ts";
export { CyclicLR, type CyclicLROptions } from "./cyclic-lr.ts";
export { ExponentialLR } from "./exponential-lr.ts";
export { LambdaLR } from "./lambda-lr.ts";
export { LinearLR, type LinearLROptions } from "./linear-lr.ts";
export type { LrLambda } from "./lr-lambda.ts";
export { LRScheduler } from "./lr-scheduler.ts";
export { MultiStepLR, type MultiStepLROptions } from "./multi-step-lr.ts";
export { MultiplicativeLR } from "./multiplicative-lr.ts";
export { type OneCycleLength, OneCycleLR, type OneCycleLROptions } from "./one-cycle-lr.ts";
export { PolynomialLR, type PolynomialLROptions } from "./polynomial-lr.ts";
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from "./reduce-lr-on-plateau.ts";
export type { ScheduleStateDict } from "./schedule-state.ts";
export type { PerGroup, ScheduledGroup, ScheduledOptimizer } from "./scheduled-optimizer.ts";
export { SequentialLR } from "./sequential-lr.ts";
export { StepLR, type StepLROptions } from "./step-lr.ts";
