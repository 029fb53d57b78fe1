export {
  type AccumulateGradientsOptions,
  type AccumulatingStepper,
  type AccumulationState,
  accumulateGradients,
  type TwoPhaseOptimizer,
} from "./accumulate-gradients.ts";
export {
  type AveragedModel,
  type AveragedView,
  AveragedWeights,
  type AveragedWeightsOptions,
  type AveragedWeightsState,
} from "./averaged-weights.ts";
export type {
  BatchContext,
  BatchEndContext,
  Callback,
  CheckpointContext,
  EpochContext,
  EpochEndContext,
  ErrorContext,
  HookContexts,
  Hooks,
  RunContext,
  TrainEndContext,
  TrainStartContext,
  ValidationEndContext,
} from "./callback.ts";
export { CallbackError } from "./callback-error.ts";
export type { HookableModule, NonFiniteActivation } from "./callbacks/activations.ts";
export type {
  AverageOptions,
  WeightAverage,
  WeightAverageState,
} from "./callbacks/average-callback.ts";
export {
  type ClipNormOptions,
  type ClipValueOptions,
  clipGradients,
  type GradientList,
  type HasGradientHooks,
} from "./callbacks/clip-gradients.ts";
export { type ConsoleLogOptions, consoleLog } from "./callbacks/console-log.ts";
export { detectAnomaly } from "./callbacks/detect-anomaly.ts";
export {
  type EarlyStopping,
  type EarlyStoppingOptions,
  type EarlyStoppingState,
  earlyStopping,
} from "./callbacks/early-stopping.ts";
export { type EmaOptions, ema } from "./callbacks/ema.ts";
export {
  type HasLearningRates,
  type LearningRateMonitor,
  type LearningRateMonitorOptions,
  type LearningRates,
  learningRateMonitor,
} from "./callbacks/learning-rate-monitor.ts";
export type { NamedParameters, NonFinite, WatchedOptimizer } from "./callbacks/non-finite.ts";
export {
  type HostArray,
  type SamplePredictions,
  type SamplePredictionsOptions,
  samplePredictions,
} from "./callbacks/sample-predictions.ts";
export {
  type MetricScheduleOptions,
  type MetricScheduler,
  type Schedule,
  type ScheduleOptions,
  type Scheduler,
  schedule,
} from "./callbacks/schedule.ts";
export {
  NonFiniteLossError,
  NonFiniteWeightError,
  type StopOnNaNOptions,
  stopOnNaN,
} from "./callbacks/stop-on-nan.ts";
export { type SwaOptions, swa } from "./callbacks/swa.ts";
export {
  type Throughput,
  type ThroughputOptions,
  type ThroughputRecord,
  throughput,
} from "./callbacks/throughput.ts";
export {
  type TimeLimit,
  type TimeLimitOptions,
  type TimeLimitState,
  timeLimit,
} from "./callbacks/time-limit.ts";
export type { CountsUpdates } from "./callbacks/updates.ts";
export type { HostTensors, ModelWeights } from "./callbacks/weights.ts";
export {
  type FindLearningRateOptions,
  findLearningRate,
  type LearningRatePoint,
  type LearningRateSweep,
  type SweepableOptimizer,
  type SweepParts,
} from "./find-learning-rate.ts";
export type { FittingBatches, RefusedBatches } from "./fitting-batches.ts";
export type { EpochRecord, History } from "./history.ts";
export type { Batches, Loss, Metric, Stepper, TrainableModel } from "./interfaces.ts";
export { type OverfitBatches, overfitBatches } from "./overfit-batches.ts";
export type { PredictBatch } from "./parts.ts";
export type { GeneratorStates, PartialEpoch, RunState } from "./run-state.ts";
export {
  type EvaluateOptions,
  type FitOptions,
  type Results,
  Trainer,
  type TrainerOptions,
} from "./trainer.ts";
export {
  type ModelOfModules,
  type UpdateBatchNormOptions,
  updateBatchNorm,
} from "./update-batch-norm.ts";
export {
  type Endpoint,
  type NodeEndpoint,
  type ServedRun,
  type ServeTrainingOptions,
  serveTraining,
  type TrainingProgress,
  TrainingWorker,
  type TrainingWorkerOptions,
  type TrainingWorkerState,
  type WebEndpoint,
  WorkerRunError,
} from "./worker/index.ts";
