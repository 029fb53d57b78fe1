import { stopOnNaN } from "@kindling/trainer";
import { train } from "../../../src/train.ts";
import type { EpochReport, FromWorker, TrainingSettings } from "../messages.ts";
import type { EditableCnn } from "./editable-model.ts";
import { Gate } from "./gate.ts";
import { LiveAccuracy } from "./live-accuracy.ts";
import { type LiveProgress, liveProgress } from "./live-progress.ts";
import type { Data } from "./load-data.ts";
import { review } from "./review.ts";

/** Mistakes shown after a run. */
const WORST = 24;
/** Milliseconds between two reads of the loss on a GPU, which waits for each. */
const GPU_READ_MS = 60;

export interface TrainingRunOptions {
  readonly data: Data;
  readonly settings: TrainingSettings;
  /** Whether the losses come from a GPU. */
  readonly onGpu: boolean;
  /** The model to train; called when the generator is seeded. */
  readonly makeModel: () => EditableCnn;
  /** Awaited at the end of each epoch, after it was reported. */
  readonly onEpoch: () => Promise<void>;
  readonly post: (message: FromWorker) => void;
}

/** One run, from its first step to the test, which can be paused and stopped between any two batches. */
export class TrainingRun {
  readonly #options: TrainingRunOptions;
  readonly #gate = new Gate();
  readonly #accuracy = new LiveAccuracy();
  readonly #progress: LiveProgress;

  constructor(options: TrainingRunOptions) {
    this.#options = options;
    this.#progress = liveProgress({
      gate: this.#gate,
      accuracy: this.#accuracy,
      readMs: options.onGpu ? GPU_READ_MS : 0,
      onProgress: (progress) => options.post({ type: "progress", progress }),
      onEpoch: (epoch) => this.#endEpoch(epoch),
    });
  }

  get stopped(): boolean {
    return this.#gate.stopped;
  }

  /** @throws {Stopped} (rejects) when it is stopped; else what model, data or device throw. */
  async go(): Promise<void> {
    const { data, settings, makeModel, post } = this.#options;
    const { samples: limit, ...rest } = settings;
    const beforeBatch = this.#gate.pass;
    const { model } = await train({
      ...data,
      ...rest,
      limit,
      makeModel,
      beforeBatch,
      accuracy: this.#accuracy,
      callbacks: [stopOnNaN(), this.#progress],
    });
    const test = await review(model, data.test, { worst: WORST, beforeBatch });
    post({ type: "tested", test });
  }

  pause(): void {
    this.#gate.pause();
    this.#tell("paused");
  }

  resume(): void {
    this.#tell("resumed");
    this.#gate.resume();
  }

  stop(): void {
    this.#gate.stop();
    this.#tell("stopping");
  }

  /** Ends it without a word, when what it runs on is gone. */
  abandon(): void {
    this.#gate.stop();
  }

  /** Says where it has come to. */
  tellStopped(): void {
    this.#tell("stopped");
  }

  #tell(type: "paused" | "resumed" | "stopping" | "stopped"): void {
    this.#progress.flush();
    this.#options.post({ type, step: this.#progress.step });
  }

  async #endEpoch(epoch: EpochReport): Promise<void> {
    const { settings, onEpoch, post } = this.#options;
    post({ type: "epoch", epoch });
    await onEpoch();
    if (epoch.epoch === settings.epochs) post({ type: "testing" });
  }
}
