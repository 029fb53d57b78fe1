export type { Endpoint, NodeEndpoint, WebEndpoint } from "./endpoint.ts";
export type { TrainingProgress } from "./messages.ts";
export { type ServedRun, type ServeTrainingOptions, serveTraining } from "./serve-training.ts";
export {
  TrainingWorker,
  type TrainingWorkerOptions,
  type TrainingWorkerState,
  WorkerRunError,
} from "./training-worker.ts";
