// What the examples in doc comments may use without saying where it comes from, besides every public name
// of Kindling (the example's own package first) and of tfjs-core, and readFile and writeFile of
// node:fs/promises:
//
//   data        x [8, 4] · y int32 [8], 0..2 · images [8, 2, 2, 1], 0..1 · labels int32 [8], 0..2
//   network     model: flatten → hidden Linear(4, 8) → relu → output Linear(8, 3); takes x and images
//   batches     dataset, train: 32 samples · loader (4 batches of 8) · validation (1 batch) of [images, labels]
//   training    criterion, loss: CrossEntropyLoss · optimizer: SGD, lr 0.1 · trainer · history: 2 epochs
//   the rest    logits [8, 3] · generator: seed 0 · folder: an empty one that exists · draw(…): does nothing
//
// Each example gets its own, from seed 0, and runs in the empty folder on the wasm backend. In it:
//
//   expression; // => value      compared: numbers to the digits shown, tensors as nested lists, … for anything
//   const x = f(); // => value   likewise; `; ` behind a value begins a remark
//   f(-1); // => ArgumentError: f: expected x from 0, got -1
//   String(model); // =>         the lines below, each a comment of its own
//   console.log(a, b); // text   compared with what is printed
//
// A fence of `ts no-run` is compiled only: for what needs a browser, a device or a network.
import { Generator, manualSeed } from "@kindling/core";
import { DataLoader, ImageDataset, type ImageSample, type LabelledBatch } from "@kindling/datasets";
import { CrossEntropyLoss, Linear, Module, relu } from "@kindling/layers";
import { SGD } from "@kindling/optim";
import { type History, Trainer } from "@kindling/trainer";
import {
  reshape,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from "@tensorflow/tfjs-core";

const SAMPLES = 32;
const BATCH = 8;
const CLASSES = ["low", "middle", "high"];

/** A network of two layers for vectors of 4 or images of 2 × 2. */
export class Model extends Module<Tensor, Tensor2D> {
  readonly hidden: Linear = new Linear(4, 8);
  readonly output: Linear = new Linear(8, 3);

  override forward(x: Tensor): Tensor2D {
    const flat: Tensor2D = reshape(x, [-1, 4]);
    return this.output.forward(relu(this.hidden.forward(flat)));
  }
}

/** One example's fixtures; each is made when it is first asked for. */
export class Fixtures {
  readonly folder: string;
  readonly #made: Map<string, unknown> = new Map();

  constructor(folder: string) {
    this.folder = folder;
    manualSeed(0);
  }

  get generator(): Generator {
    return this.#once("generator", () => new Generator(0));
  }

  get dataset(): ImageDataset {
    return this.#once("dataset", () => {
      const data = Uint8Array.from({ length: SAMPLES * 4 }, (_, i) => (i * 37) % 256);
      const labels = Uint8Array.from({ length: SAMPLES }, (_, i) => i % CLASSES.length);
      return new ImageDataset(
        { shape: [SAMPLES, 2, 2], data },
        { shape: [SAMPLES], data: labels },
        { classes: CLASSES },
      );
    });
  }

  get train(): ImageDataset {
    return this.dataset;
  }

  get loader(): DataLoader<ImageSample, LabelledBatch> {
    return this.#once("loader", () => new DataLoader(this.dataset, { batchSize: BATCH }));
  }

  get validation(): DataLoader<ImageSample, LabelledBatch> {
    return this.#once("validation", () => new DataLoader(this.dataset, { batchSize: SAMPLES }));
  }

  get images(): Tensor4D {
    return this.#batch[0];
  }

  get labels(): Tensor1D {
    return this.#batch[1];
  }

  get x(): Tensor2D {
    return this.#once("x", () => reshape(this.images, [BATCH, 4]));
  }

  get y(): Tensor1D {
    return this.labels;
  }

  get model(): Model {
    return this.#once("model", () => new Model());
  }

  get logits(): Tensor2D {
    return this.#once("logits", () => this.model.forward(this.x));
  }

  get criterion(): CrossEntropyLoss {
    return this.#once("criterion", () => new CrossEntropyLoss());
  }

  get loss(): CrossEntropyLoss {
    return this.criterion;
  }

  get optimizer(): SGD {
    return this.#once("optimizer", () => new SGD(this.model.parameters(), { lr: 0.1 }));
  }

  get trainer(): Trainer<Tensor, Tensor2D, Tensor, never, readonly [Tensor, Tensor1D]> {
    const { model, loss, optimizer } = this;
    return this.#once("trainer", () => new Trainer({ model, loss, optimizer }));
  }

  get history(): History<"accuracy"> {
    return [
      { epoch: 1, trainLoss: 0.5, valLoss: 0.4, trainAccuracy: 0.8, valAccuracy: 0.85, seconds: 2 },
      {
        epoch: 2,
        trainLoss: 0.3,
        valLoss: 0.35,
        trainAccuracy: 0.9,
        valAccuracy: 0.88,
        seconds: 2,
      },
    ];
  }

  get draw(): (...values: unknown[]) => void {
    return () => {};
  }

  get #batch(): LabelledBatch {
    return this.#once("batch", () =>
      this.dataset.batch(Array.from({ length: BATCH }, (_, i) => i)),
    );
  }

  #once<Value>(name: string, make: () => Value): Value {
    if (!this.#made.has(name)) this.#made.set(name, make());
    return this.#made.get(name) as Value;
  }
}
