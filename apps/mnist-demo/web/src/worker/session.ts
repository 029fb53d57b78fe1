import { softmax } from "@kindling/metrics";
import { tensor4d, tidy } from "@tensorflow/tfjs-core";
import type { Architecture } from "../architecture.ts";
import type { FailedPart, FromWorker, TrainingSettings, WeightsOrigin } from "../messages.ts";
import { Stopped } from "./gate.ts";
import { type Data, loadData } from "./load-data.ts";
import { ModelSlot } from "./model-slot.ts";
import { evaluated } from "./review.ts";
import { startBackend } from "./start-backend.ts";
import { throttled } from "./throttled.ts";
import { TrainingRun } from "./training-run.ts";
import { decodeWeights, encodeWeights } from "./weights-file.ts";

/** Digits shown before training. */
const SHOWN = 40;

/** One page's backend, data and model, and the run in progress. */
export class Session {
  readonly #post: (message: FromWorker) => void;
  readonly #slot: ModelSlot;
  /** Null before it is started, and once its device is lost. */
  #backendName: string | null = null;
  #data: Data | null = null;
  #run: { readonly training: TrainingRun; readonly ended: Promise<void> } | null = null;

  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
    this.#slot = new ModelSlot(({ architecture, origin }) =>
      post({ type: "model", architecture, origin }),
    );
  }

  /** Backend, then data, then the weights that were kept, or new ones; what is there already stays. */
  async load(backend: string | null, pageUrl: string): Promise<void> {
    await this.#run?.ended;
    await this.#guarded("backend", async () => {
      if (this.#backendName !== null) return;
      this.#slot.drop();
      const report = await startBackend(backend, (reason) => this.#lose(reason));
      this.#backendName = report.name;
      this.#post({ type: "backend", backend: report });
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
      this.#post({ type: "ready", digits });
      this.#slot.restore();
      await this.#keep();
    });
  }

  start(settings: TrainingSettings, architecture: Architecture): void {
    if (this.#data === null || this.#run !== null) return;
    const training = new TrainingRun({
      data: this.#data,
      settings,
      onGpu: this.#backendName !== "wasm",
      makeModel: () => this.#slot.toTrain(architecture),
      onEpoch: () => this.#keep("training"),
      post: this.#post,
    });
    this.#post({ type: "started" });
    this.#run = { training, ended: this.#train(training) };
  }

  pause(): void {
    this.#run?.training.pause();
  }

  resume(): void {
    this.#run?.training.resume();
  }

  async stop(): Promise<void> {
    this.#run?.training.stop();
    await this.#run?.ended;
  }

  /** An untrained model in place of the current one. */
  async reset(seed: number, architecture: Architecture): Promise<void> {
    await this.stop();
    await this.#guarded("training", async () => {
      this.#slot.reset(seed, architecture);
      await this.#keep();
    });
  }

  async predict(id: number, pixels: Float32Array): Promise<void> {
    const model = this.#slot.current?.model;
    if (model === undefined) return;
    await this.#guarded("reading", async () => {
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
    const current = this.#slot.current;
    if (current === null) return;
    await this.#guarded("weights", async () => {
      const file = encodeWeights(await current.model.stateDict(), current.architecture);
      this.#post({ type: "weights", file });
    });
  }

  async loadWeights(file: Uint8Array, fallback: Architecture): Promise<void> {
    await this.#guarded("weights", async () => {
      const { state, architecture } = decodeWeights(file);
      await this.stop();
      this.#slot.load(state, architecture ?? fallback, "file");
      await this.#keep();
    });
  }

  async #train(training: TrainingRun): Promise<void> {
    const went = await this.#guarded("training", () => training.go());
    this.#run = null;
    // What a failed run leaves may be no numbers at all.
    this.#slot.mark(went ? "training" : "new");
    if (!training.stopped || this.#backendName === null) return;
    training.tellStopped();
    await this.#guarded("training", () => this.#keep());
  }

  async #keep(origin?: WeightsOrigin): Promise<void> {
    const filters = await this.#slot.keep(origin);
    if (filters !== null) this.#post({ type: "filters", filters });
  }

  #lose(reason: string): void {
    this.#backendName = null;
    this.#run?.training.abandon();
    this.#post({ type: "failed", part: "device", message: reason });
  }

  // What fails is told to the page, with the part that failed. @returns whether it did not.
  async #guarded(part: FailedPart, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof Stopped) return true;
      // What fails once the device is lost fails because of that, and the page knows already.
      const isKnown = this.#backendName === null && part !== "backend";
      const message = error instanceof Error ? error.message : String(error);
      if (!isKnown) this.#post({ type: "failed", part, message });
      return false;
    }
  }
}
