import { manualSeed } from "@kindling/core";
import { softmax } from "@kindling/metrics";
import { stopOnNaN } from "@kindling/trainer";
import { tensor4d, tidy } from "@tensorflow/tfjs-core";
import { train } from "../../../src/train.ts";
import { type Architecture, REFERENCE } from "../architecture.ts";
import type { BackendChoice, FailedPart, FromWorker, TrainingSettings } from "../messages.ts";
import { EditableCnn } from "./editable-model.ts";
import { Gate, Stopped } from "./gate.ts";
import { LiveAccuracy } from "./live-accuracy.ts";
import { liveProgress } from "./live-progress.ts";
import { type Data, loadData } from "./load-data.ts";
import { evaluated, firstFilters, review } from "./review.ts";
import { startBackend } from "./start-backend.ts";
import { decodeWeights, encodeWeights } from "./weights-file.ts";

/** Digits shown before training. */
const SHOWN = 40;
/** Mistakes shown after it. */
const WORST = 24;
/** Milliseconds between two reads of the loss on a GPU, which waits for each. */
const GPU_READ_MS = 60;

/** One page's backend, data and model, and the run in progress. */
export class Session {
  readonly #post: (message: FromWorker) => void;
  #backendName: string | null = null;
  #data: Data | null = null;
  #model: EditableCnn | null = null;
  #architecture: Architecture = REFERENCE;
  #run: { readonly gate: Gate; readonly ended: Promise<void> } | null = null;

  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
  }

  /** Backend, then data, then an untrained model; what is there already is kept. */
  async load(choice: BackendChoice, pageUrl: string): Promise<void> {
    await this.#guarded("backend", async () => {
      if (this.#backendName !== null) return;
      const backend = await startBackend(choice);
      this.#backendName = backend.name;
      this.#post({ type: "backend", backend });
    });
    if (this.#backendName === null) return;
    await this.#guarded("data", async () => {
      const onFraction = throttled((fraction) => this.#post({ type: "download", fraction }));
      this.#data ??= await loadData(pageUrl, onFraction);
      const { train } = this.#data;
      const digits = Array.from({ length: SHOWN }, (_, i) => {
        const { pixels, label } = train.get(i);
        return { pixels: Uint8Array.from(pixels), label };
      });
      await this.reset(0, this.#architecture);
      this.#post({ type: "ready", digits });
    });
  }

  start(settings: TrainingSettings, architecture: Architecture): void {
    if (this.#data === null || this.#run !== null) return;
    const gate = new Gate();
    const ended = this.#train(this.#data, settings, architecture, gate);
    this.#run = { gate, ended };
  }

  pause(): void {
    this.#run?.gate.pause();
    if (this.#run) this.#post({ type: "paused" });
  }

  resume(): void {
    this.#run?.gate.resume();
    if (this.#run) this.#post({ type: "resumed" });
  }

  async stop(): Promise<void> {
    this.#run?.gate.stop();
    await this.#run?.ended;
  }

  /** An untrained model in place of the current one. */
  async reset(seed: number, architecture: Architecture): Promise<void> {
    await this.stop();
    await this.#guarded("training", async () => {
      manualSeed(seed);
      this.#use(new EditableCnn(architecture), architecture, false);
      await this.#postFilters();
    });
  }

  async predict(id: number, pixels: Float32Array): Promise<void> {
    const model = this.#model;
    if (model === null) return;
    await this.#guarded("training", async () => {
      const output = tidy(() => {
        const image = tensor4d(pixels, [1, 28, 28, 1]);
        return softmax(evaluated(model, () => model.forward(image))); // [1, 10]
      });
      const probabilities = Float32Array.from(await output.data());
      output.dispose();
      this.#post({ type: "prediction", id, probabilities });
    });
  }

  async save(): Promise<void> {
    const model = this.#model;
    if (model === null) return;
    await this.#guarded("weights", async () => {
      const file = encodeWeights(await model.stateDict(), this.#architecture);
      this.#post({ type: "weights", file });
    });
  }

  async loadWeights(file: Uint8Array, fallback: Architecture): Promise<void> {
    await this.#guarded("weights", async () => {
      const weights = decodeWeights(file);
      const architecture = weights.architecture ?? fallback;
      const model = new EditableCnn(architecture);
      try {
        model.loadStateDict(weights.state);
      } catch (error) {
        model.dispose();
        throw error;
      }
      await this.stop();
      this.#use(model, architecture, true);
      await this.#postFilters();
    });
  }

  async #train(
    data: Data,
    settings: TrainingSettings,
    architecture: Architecture,
    gate: Gate,
  ): Promise<void> {
    const accuracy = new LiveAccuracy();
    this.#post({ type: "started" });
    await this.#guarded("training", async () => {
      const progress = liveProgress({
        gate,
        accuracy,
        readMs: this.#backendName === "wasm" ? 0 : GPU_READ_MS,
        onProgress: (report) => this.#post({ type: "progress", progress: report }),
        onEpoch: async (epoch) => {
          this.#post({ type: "epoch", epoch });
          await this.#postFilters();
          if (epoch.epoch === settings.epochs) this.#post({ type: "testing" });
        },
      });
      const { model } = await train({
        ...data,
        ...settings,
        accuracy,
        beforeBatch: gate.pass,
        callbacks: [stopOnNaN(), progress],
        makeModel: () => {
          const made = new EditableCnn(architecture);
          this.#use(made, architecture, false);
          return made;
        },
      });
      const report = await review(model, data.test, { worst: WORST, beforeBatch: gate.pass });
      this.#post({ type: "tested", test: report });
    });
    this.#run = null;
    if (gate.stopped) this.#post({ type: "stopped" });
  }

  #use(model: EditableCnn, architecture: Architecture, fromFile: boolean): void {
    this.#model?.dispose();
    this.#model = model;
    this.#architecture = architecture;
    this.#post({ type: "model", architecture, fromFile });
  }

  async #postFilters(): Promise<void> {
    if (this.#model === null) return;
    this.#post({ type: "filters", filters: await firstFilters(this.#model) });
  }

  // What fails is told to the page, with the part that failed.
  async #guarded(part: FailedPart, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof Stopped) return;
      const message = error instanceof Error ? error.message : String(error);
      this.#post({ type: "failed", part, message });
    }
  }
}

function throttled(f: (fraction: number) => void, everyMs: number = 100): typeof f {
  let last = 0;
  return (fraction) => {
    if (performance.now() - last < everyMs && fraction < 1) return;
    last = performance.now();
    f(fraction);
  };
}
