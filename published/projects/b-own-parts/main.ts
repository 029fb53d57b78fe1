import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend } from "@kindling/core";
import { DataLoader, TensorDataset } from "@kindling/datasets";
import { Linear, Module, MSELoss, Parameter } from "@kindling/layers";
import { SGD } from "@kindling/optim";
import { type Callback, type Metric, Trainer } from "@kindling/trainer";
import { abs, max, mul, ones, sub, type Tensor2D, tidy } from "@tensorflow/tfjs-core";

/** A layer of one's own: a learned factor for each feature. */
class Scale extends Module<Tensor2D, Tensor2D> {
  readonly factor: Parameter;

  constructor(readonly features: number) {
    super();
    this.factor = new Parameter(ones([features]));
  }

  override forward(x: Tensor2D): Tensor2D {
    return mul(x, this.factor);
  }

  override extraRepr(): string {
    return `features=${this.features}`;
  }
}

class Net extends Module<Tensor2D, Tensor2D> {
  scale = new Scale(1);
  fc = new Linear(1, 1);

  override forward(x: Tensor2D): Tensor2D {
    return this.fc.forward(this.scale.forward(x));
  }
}

/** A metric of one's own: the largest error. */
class LargestError implements Metric<Tensor2D, Tensor2D> {
  readonly name = "largestError";
  readonly higherIsBetter = false;
  #largest = 0;

  update(output: Tensor2D, target: Tensor2D): void {
    const worst = tidy(() => max(abs(sub(output, target))));
    this.#largest = Math.max(this.#largest, worst.dataSync()[0] ?? 0);
    worst.dispose();
  }

  async compute(): Promise<number> {
    return this.#largest;
  }

  reset(): void {
    this.#largest = 0;
  }
}

/** A callback of one's own: ends the run once the loss is small. */
const goodEnough = (loss: number): Callback => ({
  name: "goodEnough",
  onEpochEnd({ metrics, stop }) {
    if ((metrics.trainLoss ?? 1) < loss) stop(`the loss is below ${loss}`);
  },
});

await selectBackend(wasm());
manualSeed(0);
const x = { shape: [8, 1], data: Float32Array.from({ length: 8 }, (_, i) => i / 8) } as const;
const y = { shape: [8, 1], data: x.data.map((value) => 2 * value + 1) } as const;
const loader = new DataLoader(new TensorDataset(x, y), { batchSize: 4, shuffle: true });
const model = new Net();
const trainer = new Trainer({
  model,
  loss: new MSELoss(),
  optimizer: new SGD(model.parameters(), { lr: 0.2 }),
  metrics: { largestError: new LargestError() },
  callbacks: [goodEnough(1e-3)],
});
const history = await trainer.fit(loader, { epochs: 500 });
const { largestError } = await trainer.evaluate(loader);
if (history.length === 500 || !(largestError < 0.2)) throw new Error("it did not learn");
console.log(String(model));
console.log(
  `ended after ${history.length} epochs, ${Object.keys(await model.stateDict()).join(", ")}`,
);
