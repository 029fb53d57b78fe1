export type {
  BatchContext,
  BatchEndContext,
  Callback,
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
export { type ConsoleLogOptions, consoleLog } from "./callbacks/console-log.ts";
export { type EarlyStoppingOptions, earlyStopping } from "./callbacks/early-stopping.ts";
export { NonFiniteLossError, type StopOnNaNOptions, stopOnNaN } from "./callbacks/stop-on-nan.ts";
export type { EpochRecord, History } from "./history.ts";
export type { Batches, Loss, Metric, Stepper, TrainableModel } from "./interfaces.ts";
export type { PredictBatch } from "./parts.ts";
export {
  type EvaluateOptions,
  type FitOptions,
  type Results,
  Trainer,
  type TrainerOptions,
} from "./trainer.ts";
