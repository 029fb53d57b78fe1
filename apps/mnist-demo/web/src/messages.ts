// Everything that page and worker say to each other.
import type { Architecture } from "./architecture.ts";

export interface TrainingSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  /** How many of the 60,000 digits are trained and validated on. */
  readonly samples: number;
}

/** A digit of the dataset: 784 bytes, 0 (paper) to 255 (ink), in rows. */
export interface Digit {
  readonly pixels: Uint8Array;
  readonly label: number;
}

export type ToWorker =
  /** Starts the backend and fetches the data; again, after a failure. What is there already is kept. */
  | {
      readonly type: "load";
      /** As the address names it; null for the first that can run here. */
      readonly backend: string | null;
      /** The data lie beside the page; the worker knows only where its script is. */
      readonly pageUrl: string;
    }
  /** Goes on from the weights in use, unless they are new ones or for another network: then it draws new ones. */
  | {
      readonly type: "start";
      readonly settings: TrainingSettings;
      readonly architecture: Architecture;
    }
  | { readonly type: "pause" | "resume" | "stop" }
  /** A new, untrained model; stops a run. */
  | { readonly type: "reset"; readonly seed: number; readonly architecture: Architecture }
  /** `[784]`, 0..1. Answered between steps, by `prediction` with the same id. */
  | { readonly type: "predict"; readonly id: number; readonly pixels: Float32Array }
  | { readonly type: "save" }
  | {
      readonly type: "loadWeights";
      readonly file: Uint8Array;
      /** Used when the file does not say its own. */
      readonly architecture: Architecture;
    };

export interface BackendReport {
  readonly name: string;
  readonly description: string;
  /** The address names it. */
  readonly asked: boolean;
  /** Those tried before it, in order. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** Where a run is, several times a second. */
export interface ProgressReport {
  readonly epoch: number;
  readonly epochs: number;
  /** In the whole run, counted from 1. */
  readonly step: number;
  readonly steps: number;
  /** Losses since the last report, as `[step, loss]`. */
  readonly losses: readonly (readonly [step: number, loss: number])[];
  /** Share of correct predictions since the last one, 0..1; null when there is none yet. */
  readonly accuracy: number | null;
  readonly stepsPerSecond: number;
  readonly secondsLeft: number;
}

export interface EpochReport {
  readonly epoch: number;
  readonly step: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly valLoss: number;
  readonly valAccuracy: number;
  readonly seconds: number;
}

/** The first layer's filters, one after another. */
export interface Filters {
  readonly side: number;
  /** `[count · side · side]` */
  readonly values: Float32Array;
}

/** A test digit that was misread. */
export interface Mistake extends Digit {
  readonly prediction: number;
  /** What the model gave the wrong digit, 0..1. */
  readonly probability: number;
}

export interface TestReport {
  /** 0..1 */
  readonly accuracy: number;
  /** Rows are true digits, columns predicted ones. */
  readonly confusion: readonly (readonly number[])[];
  /** The most certain of them first. */
  readonly mistakes: readonly Mistake[];
  readonly mistakeCount: number;
}

/** Where the weights in use come from: drawn from the seed, a file, or training here. */
export type WeightsOrigin = "new" | "file" | "training";

/** What failed, so that the page knows what to offer. `device` is a GPU that was lost, with all that was on it. */
export type FailedPart = "backend" | "device" | "data" | "training" | "reading" | "weights";

export type FromWorker =
  | { readonly type: "backend"; readonly backend: BackendReport }
  /** Of the dataset's download, 0..1. */
  | { readonly type: "download"; readonly fraction: number }
  | { readonly type: "ready"; readonly digits: readonly Digit[] }
  | { readonly type: "started" | "testing" }
  /** `step` is the last one taken. After `paused` and `stopping` one more may end: the one under way. */
  | { readonly type: "paused" | "resumed" | "stopping" | "stopped"; readonly step: number }
  | { readonly type: "progress"; readonly progress: ProgressReport }
  | { readonly type: "epoch"; readonly epoch: EpochReport }
  | { readonly type: "filters"; readonly filters: Filters }
  | { readonly type: "tested"; readonly test: TestReport }
  /** Another model is in use now. `origin` is `training` after a device was lost: the last epoch's weights. */
  | {
      readonly type: "model";
      readonly architecture: Architecture;
      readonly origin: WeightsOrigin;
    }
  | { readonly type: "prediction"; readonly id: number; readonly probabilities: Float32Array }
  | { readonly type: "weights"; readonly file: Uint8Array }
  | { readonly type: "failed"; readonly part: FailedPart; readonly message: string };
